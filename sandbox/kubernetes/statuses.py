"""The Status bodies of a real API server, to the word."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.kubernetes.kinds import Kind

Status = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Cause:
    reason: str
    message: str
    field: str

    def as_json(self) -> dict[str, str]:
        return {"reason": self.reason, "message": self.message, "field": self.field}


def failure(code: int, reason: str, message: str, details: dict[str, Any] | None = None) -> Status:
    body: Status = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
    }
    if details is not None:
        body["details"] = details
    body["code"] = code
    return body


def not_found(kind: Kind, name: str) -> Status:
    return failure(404, "NotFound", f'{kind.resource} "{name}" not found', _of(kind, name))


def conflict(kind: Kind, name: str) -> Status:
    message = (
        f'Operation cannot be fulfilled on {kind.resource} "{name}": the object has been modified; '
        "please apply your changes to the latest version and try again"
    )
    return failure(409, "Conflict", message, _of(kind, name))


def already_exists(kind: Kind, name: str) -> Status:
    message = f'{kind.resource} "{name}" already exists'
    return failure(409, "AlreadyExists", message, _of(kind, name))


def forbidden(kind: Kind, name: str, why: str) -> Status:
    target = f'{kind.resource} "{name}"' if name else kind.resource
    return failure(403, "Forbidden", f"{target} is forbidden: {why}", _of(kind, name))


def invalid(kind: Kind, name: str, causes: Iterable[Cause]) -> Status:
    """What is wrong with an object, cause by cause."""
    listed = list(causes)
    said = [f"{cause.field}: {cause.message}" for cause in listed]
    words = said[0] if len(said) == 1 else f"[{', '.join(said)}]"
    details: dict[str, Any] = {"name": name}
    if kind.group:
        details["group"] = kind.group
    details["kind"] = kind.name
    details["causes"] = [cause.as_json() for cause in listed]
    return failure(422, "Invalid", f'{kind.title} "{name}" is invalid: {words}', details)


def expired(asked: int, oldest: int) -> Status:
    return failure(410, "Expired", f"too old resource version: {asked} ({oldest})")


def _of(kind: Kind, name: str) -> dict[str, Any]:
    details: dict[str, Any] = {"name": name} if name else {}
    if kind.group:
        details["group"] = kind.group
    details["kind"] = kind.plural
    return details
