"""Small questions about raw API objects, which are plain dicts of JSON."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

Object = dict[str, Any]
T = TypeVar("T")


def clone(value: T) -> T:
    """A deep copy of JSON, several times faster than `copy.deepcopy`."""
    if isinstance(value, dict):
        return {key: clone(each) for key, each in value.items()}  # type: ignore[return-value]  # a dict is still a dict
    if isinstance(value, list):
        return [clone(each) for each in value]  # type: ignore[return-value]  # a list is still a list
    return value


def part(obj: Object, dotted: str) -> Any:
    """What stands at `metadata.annotations`; None where it is absent."""
    found: Any = obj
    for name in dotted.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def name_of(obj: Object) -> str:
    name: str = obj["metadata"]["name"]
    return name


def namespace_of(obj: Object) -> str:
    namespace: str = obj["metadata"].get("namespace", "")
    return namespace


def version_of(obj: Object) -> int:
    return int(obj["metadata"]["resourceVersion"])


def labels_of(obj: Object) -> dict[str, str]:
    return obj["metadata"].get("labels") or {}


def carries(obj: Object, labels: Mapping[str, str]) -> bool:
    has = labels_of(obj)
    return all(has.get(name) == value for name, value in labels.items())


def stamp(seconds: float) -> str:
    """Seconds since 1970 as the API writes times: whole seconds, UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
