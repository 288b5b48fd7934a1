"""Chooses the kind of patch by its content type."""

from typing import Any

from sandbox.kubernetes.api.ask import Ask
from sandbox.kubernetes.api.body import read_json
from sandbox.kubernetes.api.complaints import bad_request, inapplicable, unsupported_type
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.patches import (
    JSON_PATCH,
    MERGE_PATCH,
    STRATEGIC_PATCH,
    Inapplicable,
    Unreadable,
    json_patch,
    merge_patch,
    strategic,
)


def read_patch(ask: Ask, *, custom: bool) -> Any:
    """The patch as JSON. Server-side apply is not served: 415, as for an unknown type."""
    strategic_too = set() if custom else {STRATEGIC_PATCH}
    if ask.content_type not in {JSON_PATCH, MERGE_PATCH} | strategic_too:
        raise unsupported_type(custom=custom)
    return read_json(ask.call.body)


def patched(ask: Ask, held: Object, patch: Any) -> Object:
    try:
        result = _patched(ask.content_type, held, patch)
    except Unreadable as error:
        raise bad_request(f"error decoding patch: {error}") from error
    except Inapplicable as error:
        raise inapplicable() from error
    if not isinstance(result, dict) or not isinstance(result.get("metadata"), dict):
        raise inapplicable()
    return result


def _patched(content_type: str, held: Object, patch: Any) -> Any:
    if content_type == JSON_PATCH:
        return json_patch.patched(held, patch)
    if not isinstance(patch, dict):
        go_type = "map[string]interface {}"
        raise Unreadable(f"json: cannot unmarshal array into Go value of type {go_type}")
    if content_type == STRATEGIC_PATCH:
        return strategic.merged(held, patch)
    return merge_patch.merged(held, patch)
