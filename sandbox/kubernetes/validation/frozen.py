"""ConfigMaps and Secrets that said they would never change."""

from collections.abc import Iterator

from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.statuses import Cause
from sandbox.kubernetes.validation.causes import forbidden_value


def frozen_data(obj: Object, before: Object | None) -> Iterator[Cause]:
    if before is None or not before.get("immutable"):
        return
    why = "field is immutable when `immutable` is set"
    for field in ("immutable", "data", "binaryData", "stringData"):
        if before.get(field) != obj.get(field):
            yield forbidden_value(field, why)
