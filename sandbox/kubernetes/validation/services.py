"""What is wrong with a Service or with what scales a workload."""

from collections.abc import Iterator

from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.statuses import Cause
from sandbox.kubernetes.validation.causes import invalid_value, required
from sandbox.kubernetes.validation.metadata import label_causes

HIGHEST_PORT = 65535


def service_causes(service: Object, before: Object | None) -> Iterator[Cause]:
    spec = service.get("spec") or {}
    headless = spec.get("clusterIP") == "None"
    if not spec.get("ports") and not headless and spec.get("type") != "ExternalName":
        yield required("spec.ports")
    for at, port in enumerate(spec.get("ports") or ()):
        number = port.get("port", 0)
        if not 0 < number <= HIGHEST_PORT:
            why = f"must be between 1 and {HIGHEST_PORT}, inclusive"
            yield invalid_value(f"spec.ports[{at}].port", number, why)
    yield from label_causes("spec.selector", spec.get("selector") or {})
    if before is not None and before["spec"].get("clusterIP") != spec.get("clusterIP"):
        why = "may not change once set"
        yield invalid_value("spec.clusterIPs[0]", spec.get("clusterIPs"), why)


def hpa_causes(hpa: Object, before: Object | None) -> Iterator[Cause]:
    spec = hpa.get("spec") or {}
    lowest, highest = spec.get("minReplicas", 1), spec.get("maxReplicas", 0)
    if lowest < 1:
        yield invalid_value("spec.minReplicas", lowest, "must be greater than or equal to 1")
    if highest < 1:
        yield invalid_value("spec.maxReplicas", highest, "must be greater than 0")
    elif highest < lowest:
        why = "must be greater than or equal to `minReplicas`"
        yield invalid_value("spec.maxReplicas", highest, why)
    target = spec.get("scaleTargetRef") or {}
    for part in ("kind", "name"):
        if not target.get(part):
            yield required(f"spec.scaleTargetRef.{part}")
