"""What is wrong with the pods that a template or a Pod describes."""

from collections.abc import Iterator
from typing import Any

from sandbox.kubernetes.controllers.quantity import amount
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.statuses import Cause
from sandbox.kubernetes.validation.causes import duplicate, invalid_value, required
from sandbox.kubernetes.validation.metadata import DNS_LABEL, SUBDOMAIN_WORDS, label_causes

QUANTITY_WORDS = (
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
)


def pod_causes(pod: Object, before: Object | None) -> Iterator[Cause]:
    if before is None:
        yield from spec_causes("spec", pod.get("spec") or {})


def template_causes(field: str, template: Object) -> Iterator[Cause]:
    labels = (template.get("metadata") or {}).get("labels") or {}
    yield from label_causes(f"{field}.labels", labels)
    yield from spec_causes(f"{field}.spec", template.get("spec") or {})


def spec_causes(field: str, spec: dict[str, Any]) -> Iterator[Cause]:
    if not spec.get("containers"):
        yield required(f"{field}.containers")
    names: set[str] = set()
    for part in ("initContainers", "containers"):
        for at, container in enumerate(spec.get(part) or ()):
            where = f"{field}.{part}[{at}]"
            yield from _container(where, container)
            name = container.get("name", "")
            if name in names:
                yield duplicate(f"{where}.name", name)
            names.add(name)
    volumes = {volume.get("name") for volume in spec.get("volumes") or ()}
    for at, container in enumerate(spec.get("containers") or ()):
        for mount_at, mount in enumerate(container.get("volumeMounts") or ()):
            if mount.get("name") not in volumes:
                yield Cause(
                    reason="FieldValueNotFound",
                    message=f'Not found: "{mount.get("name", "")}"',
                    field=f"{field}.containers[{at}].volumeMounts[{mount_at}].name",
                )


def _container(field: str, container: dict[str, Any]) -> Iterator[Cause]:
    name = container.get("name", "")
    if not name:
        yield required(f"{field}.name")
    elif not DNS_LABEL.fullmatch(name):
        yield invalid_value(f"{field}.name", name, SUBDOMAIN_WORDS)
    if not container.get("image", "").strip():
        yield required(f"{field}.image")
    yield from _resources(f"{field}.resources", container.get("resources") or {})


def _resources(field: str, resources: dict[str, Any]) -> Iterator[Cause]:
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    readable = True
    for part, listed in (("limits", limits), ("requests", requests)):
        for name, value in listed.items():
            if not _is_amount(value):
                readable = False
                yield invalid_value(f"{field}.{part}.{name}", value, QUANTITY_WORDS)
    for name, value in requests.items() if readable else ():
        if name in limits and amount(value) > amount(limits[name]):
            why = f"must be less than or equal to {name} limit of {limits[name]}"
            yield invalid_value(f"{field}.requests", value, why)


def _is_amount(value: str) -> bool:
    try:
        amount(value)
    except (ValueError, ArithmeticError):
        return False
    return True
