"""What the API server fills in where an object says nothing, so that templates compare equal."""

import zlib
from collections.abc import Callable
from typing import Any

from sandbox.kubernetes.kinds import DEPLOYMENT, HPA, NAMESPACE, POD, REPLICASET, SERVICE, Kind
from sandbox.kubernetes.objects import Object

MODE = 420
"""0644, as the API writes file modes: in decimal."""
DEADLINE_SECONDS = 600
HISTORY = 10
_EMPTY_METADATA = ("annotations", "finalizers", "labels", "ownerReferences")


def complete(kind: Kind, obj: Object) -> None:
    """Fills `obj` in place; done twice it changes nothing."""
    metadata = obj["metadata"]
    for field in _EMPTY_METADATA:
        if not metadata.get(field, True):
            del metadata[field]
    if kind.has_status and not kind.custom:
        obj.setdefault("status", {})
    filler = _FILLERS.get(kind)
    if filler is not None:
        filler(obj)


def _deployment(obj: Object) -> None:
    spec = obj.setdefault("spec", {})
    spec.setdefault("replicas", 1)
    spec.setdefault("revisionHistoryLimit", HISTORY)
    spec.setdefault("progressDeadlineSeconds", DEADLINE_SECONDS)
    strategy = spec.setdefault("strategy", {})
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", "25%")
        rolling.setdefault("maxSurge", "25%")
    _template(spec)


def _replicaset(obj: Object) -> None:
    spec = obj.setdefault("spec", {})
    spec.setdefault("replicas", 1)
    _template(spec)


def _template(spec: dict[str, Any]) -> None:
    template = spec.get("template")
    if isinstance(template, dict):
        _empty(template.setdefault("metadata", {}))
        _pod_spec(template.setdefault("spec", {}))


def _empty(metadata: dict[str, Any]) -> None:
    metadata.pop("creationTimestamp", None)
    for field in ("annotations", "labels"):
        if not metadata.get(field, True):
            del metadata[field]


def _pod(obj: Object) -> None:
    spec = obj.setdefault("spec", {})
    _pod_spec(spec)
    spec.setdefault("enableServiceLinks", True)
    obj.setdefault("status", {}).setdefault("phase", "Pending")


def _pod_spec(spec: dict[str, Any]) -> None:
    spec.setdefault("restartPolicy", "Always")
    spec.setdefault("terminationGracePeriodSeconds", 30)
    spec.setdefault("dnsPolicy", "ClusterFirst")
    spec.setdefault("securityContext", {})
    spec.setdefault("schedulerName", "default-scheduler")
    if "serviceAccountName" in spec:
        spec.setdefault("serviceAccount", spec["serviceAccountName"])
    for container in [*spec.get("initContainers", ()), *spec.get("containers", ())]:
        _container(container)
    for volume in spec.get("volumes", ()):
        for source in ("configMap", "secret", "projected", "downwardAPI"):
            if source in volume:
                volume[source].setdefault("defaultMode", MODE)


def _container(container: dict[str, Any]) -> None:
    container.setdefault("resources", {})
    container.setdefault("terminationMessagePath", "/dev/termination-log")
    container.setdefault("terminationMessagePolicy", "File")
    container.setdefault("imagePullPolicy", _pull_policy(container.get("image", "")))
    for port in container.get("ports", ()):
        port.setdefault("protocol", "TCP")
    for variable in container.get("env", ()):
        source = variable.get("valueFrom", {}).get("fieldRef")
        if source is not None:
            source.setdefault("apiVersion", "v1")
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        if probe in container:
            _probe(container[probe])


def _probe(probe: dict[str, Any]) -> None:
    probe.setdefault("timeoutSeconds", 1)
    probe.setdefault("periodSeconds", 10)
    probe.setdefault("successThreshold", 1)
    probe.setdefault("failureThreshold", 3)
    if "httpGet" in probe:
        probe["httpGet"].setdefault("path", "/")
        probe["httpGet"].setdefault("scheme", "HTTP")


def _pull_policy(image: str) -> str:
    if "@" in image:
        return "IfNotPresent"
    tag = image.rpartition("/")[2].partition(":")[2]
    return "Always" if tag in {"", "latest"} else "IfNotPresent"


def _service(obj: Object) -> None:
    spec = obj.setdefault("spec", {})
    for port in spec.get("ports", ()):
        port.setdefault("protocol", "TCP")
        port.setdefault("targetPort", port.get("port"))
    spec.setdefault("type", "ClusterIP")
    if spec["type"] != "ExternalName":
        spec.setdefault("clusterIP", _address(obj["metadata"].get("uid", "")))
        spec.setdefault("clusterIPs", [spec["clusterIP"]])
        spec.setdefault("ipFamilies", ["IPv4"])
        spec.setdefault("ipFamilyPolicy", "SingleStack")
        spec.setdefault("internalTrafficPolicy", "Cluster")
    spec.setdefault("sessionAffinity", "None")
    obj.setdefault("status", {}).setdefault("loadBalancer", {})


def _address(uid: str) -> str:
    """Of the Service network, the same for the same uid."""
    number = zlib.crc32(uid.encode())
    return f"10.{96 + (number >> 16) % 16}.{(number >> 8) % 256}.{1 + number % 254}"


def _hpa(obj: Object) -> None:
    obj.setdefault("spec", {}).setdefault("minReplicas", 1)


def _namespace(obj: Object) -> None:
    metadata = obj["metadata"]
    metadata.setdefault("labels", {})["kubernetes.io/metadata.name"] = metadata.get("name", "")
    obj.setdefault("spec", {}).setdefault("finalizers", ["kubernetes"])
    obj.setdefault("status", {}).setdefault("phase", "Active")


_FILLERS: dict[Kind, Callable[[Object], None]] = {
    DEPLOYMENT: _deployment,
    HPA: _hpa,
    NAMESPACE: _namespace,
    POD: _pod,
    REPLICASET: _replicaset,
    SERVICE: _service,
}
