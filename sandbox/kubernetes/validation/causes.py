"""The few sentences that all of the API server's objections are made of."""

import json
from typing import Any

from sandbox.kubernetes.statuses import Cause


def invalid_value(field: str, value: Any, why: str) -> Cause:
    shown = json.dumps(value, separators=(",", ":"))
    return Cause(reason="FieldValueInvalid", message=f"Invalid value: {shown}: {why}", field=field)


def required(field: str, why: str = "") -> Cause:
    message = f"Required value: {why}" if why else "Required value"
    return Cause(reason="FieldValueRequired", message=message, field=field)


def duplicate(field: str, value: Any) -> Cause:
    message = f"Duplicate value: {json.dumps(value)}"
    return Cause(reason="FieldValueDuplicate", message=message, field=field)


def forbidden_value(field: str, why: str) -> Cause:
    return Cause(reason="FieldValueForbidden", message=f"Forbidden: {why}", field=field)


def negative(field: str, value: Any) -> list[Cause]:
    if isinstance(value, int) and value < 0:
        return [invalid_value(field, value, "must be greater than or equal to 0")]
    return []
