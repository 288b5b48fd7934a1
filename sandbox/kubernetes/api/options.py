"""The options of a write: dryRun and fieldValidation."""

from dataclasses import dataclass

from sandbox.kubernetes.api.ask import Ask
from sandbox.kubernetes.refusals import Rejected
from sandbox.kubernetes.statuses import Cause, failure

_KINDS = {
    "create": "CreateOptions",
    "update": "UpdateOptions",
    "patch": "PatchOptions",
    "delete": "DeleteOptions",
    "deletecollection": "DeleteOptions",
}


@dataclass(frozen=True, kw_only=True)
class Options:
    dry: bool
    strict: bool
    silent: bool


def read_options(ask: Ask) -> Options:
    """Raises `Rejected` for a value that the API does not know."""
    dry = ask.query.get("dryRun", "")
    if dry not in {"", "All"}:
        raise _unsupported(ask.verb, "dryRun", f'["{dry}"]', '"All"')
    validation = ask.query.get("fieldValidation", "")
    if validation not in {"", "Ignore", "Warn", "Strict"}:
        known = '"Ignore", "Strict", "Warn"'
        raise _unsupported(ask.verb, "fieldValidation", f'"{validation}"', known)
    return Options(dry=dry == "All", strict=validation == "Strict", silent=validation == "Ignore")


def _unsupported(verb: str, field: str, value: str, supported: str) -> Rejected:
    kind = _KINDS[verb]
    message = f"Unsupported value: {value}: supported values: {supported}"
    cause = Cause(reason="FieldValueNotSupported", message=message, field=field)
    details = {"group": "meta.k8s.io", "kind": kind, "causes": [cause.as_json()]}
    words = f'{kind}.meta.k8s.io "" is invalid: {field}: {message}'
    return Rejected(failure(422, "Invalid", words, details))
