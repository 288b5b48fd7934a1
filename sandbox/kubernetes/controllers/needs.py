"""What a pod's containers read from the namespace, and what of it is not there."""

from collections.abc import Iterator
from typing import Any

from sandbox.kubernetes.kinds import CONFIGMAP, SECRET, Kind
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.store import Missing, Store

Need = tuple[Kind, str]


def needs(pod: Object) -> Iterator[Need]:
    """ConfigMaps and Secrets that must exist; optional ones are left out."""
    spec = pod["spec"]
    for container in spec["containers"]:
        for source in container.get("envFrom", ()):
            yield from _named(source, "configMapRef", "secretRef", key="name")
        for variable in container.get("env", ()):
            source = variable.get("valueFrom", {})
            yield from _named(source, "configMapKeyRef", "secretKeyRef", key="name")
    for volume in spec.get("volumes", ()):
        yield from _named(volume, "configMap", "", key="name")
        yield from _named(volume, "", "secret", key="secretName")


def lacking(store: Store, pod: Object) -> str:
    """Kubelet's words for the first that is missing, or nothing."""
    namespace = pod["metadata"]["namespace"]
    for kind, name in needs(pod):
        try:
            store.get(kind, namespace, name)
        except Missing:
            return f'{kind.name.lower()} "{name}" not found'
    return ""


def _named(source: dict[str, Any], map_: str, secret: str, *, key: str) -> Iterator[Need]:
    for field, kind in ((map_, CONFIGMAP), (secret, SECRET)):
        found = source.get(field) if field else None
        if found and not found.get("optional"):
            yield (kind, found[key])
