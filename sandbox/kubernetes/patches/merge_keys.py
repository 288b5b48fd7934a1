"""By which field the elements of a list are told apart in a strategic merge patch."""

PRIMITIVE = ""
"""The list holds plain values and is merged as a set."""

KEYS = {
    "conditions": "type",
    "containers": "name",
    "env": "name",
    "ephemeralContainers": "name",
    "finalizers": PRIMITIVE,
    "hostAliases": "ip",
    "imagePullSecrets": "name",
    "initContainers": "name",
    "ownerReferences": "uid",
    "podIPs": "ip",
    "resourceClaims": "name",
    "secrets": "name",
    "topologySpreadConstraints": "topologyKey",
    "volumeDevices": "devicePath",
    "volumeMounts": "mountPath",
    "volumes": "name",
}
PORTS = {
    "containers": "containerPort",
    "initContainers": "containerPort",
    "ephemeralContainers": "containerPort",
    "spec": "port",
}


def merge_key(field: str, parent: str) -> str | None:
    """None: the list is replaced as a whole. `parent` is the field that holds this one."""
    if field == "ports":
        return PORTS.get(parent)
    return KEYS.get(field)
