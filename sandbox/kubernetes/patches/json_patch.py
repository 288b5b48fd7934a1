"""JSON patch, RFC 6902, with the strictness of the library that the real server uses."""

import json
import re
from collections.abc import Callable
from typing import Any

from sandbox.kubernetes.objects import clone
from sandbox.kubernetes.patches import Inapplicable, Unreadable

INDEX = re.compile(r"0|[1-9][0-9]*")
END = "-"
Operation = dict[str, Any]


def patched(original: Any, patch: Any) -> Any:
    """All operations or none; raises `Unreadable` or `Inapplicable`."""
    if not isinstance(patch, list):
        name = "object" if isinstance(patch, dict) else type(patch).__name__
        raise Unreadable(f"json: cannot unmarshal {name} into Go value of type jsonpatch.Patch")
    root = {"": clone(original)}
    for operation in patch:
        if not isinstance(operation, dict):
            raise Unreadable("json: cannot unmarshal into Go value of type jsonpatch.Operation")
        handler = OPERATIONS.get(operation.get("op", ""))
        if handler is None:
            raise Inapplicable(f"Unexpected kind: {operation.get('op')}")
        handler(root, operation)
    return root[""]


def same(one: Any, other: Any) -> bool:
    """As JSON, where true is not 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _add(root: Operation, operation: Operation) -> None:
    _put(root, _path(operation, "path"), clone(_value(operation)))


def _remove(root: Operation, operation: Operation) -> None:
    _take(root, _path(operation, "path"))


def _replace(root: Operation, operation: Operation) -> None:
    parent, key = _parent(root, _path(operation, "path"))
    _look(parent, key)
    parent[_place(parent, key)] = clone(_value(operation))


def _move(root: Operation, operation: Operation) -> None:
    value = _take(root, _path(operation, "from"))
    _put(root, _path(operation, "path"), value)


def _copy(root: Operation, operation: Operation) -> None:
    parent, key = _parent(root, _path(operation, "from"))
    _put(root, _path(operation, "path"), clone(_look(parent, key)))


def _test(root: Operation, operation: Operation) -> None:
    parent, key = _parent(root, _path(operation, "path"))
    wanted = operation.get("value")
    absent = isinstance(parent, dict) and key not in parent
    found = None if absent else _look(parent, key)
    if not same(found, wanted):
        raise Inapplicable(f"testing value {operation['path']} failed")


OPERATIONS: dict[str, Callable[[Operation, Operation], None]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}


def _value(operation: Operation) -> Any:
    if "value" not in operation:
        raise Inapplicable("the operation has no value")
    return operation["value"]


def _path(operation: Operation, field: str) -> list[str]:
    path = operation.get(field)
    if not isinstance(path, str) or (path and not path.startswith("/")):
        raise Inapplicable(f"{field} is no JSON pointer: {path!r}")
    return [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")]


def _parent(root: Operation, path: list[str]) -> tuple[Any, str]:
    found: Any = root
    for step in path[:-1]:
        found = _look(found, step)
    if not isinstance(found, dict | list):
        raise Inapplicable(f"nothing can stand below {'/'.join(path[:-1])}")
    return found, path[-1]


def _look(parent: Any, key: str) -> Any:
    place = _place(parent, key)
    if isinstance(parent, dict) and place not in parent:
        raise Inapplicable(f"missing key {key}")
    return parent[place]


def _place(parent: Any, key: str) -> Any:
    """The key itself, or the index that it stands for."""
    if isinstance(parent, dict):
        return key
    if not isinstance(parent, list) or not INDEX.fullmatch(key) or int(key) >= len(parent):
        raise Inapplicable(f"no such place: {key}")
    return int(key)


def _put(root: Operation, path: list[str], value: Any) -> None:
    parent, key = _parent(root, path)
    if isinstance(parent, dict):
        parent[key] = value
    elif key == END:
        parent.append(value)
    elif INDEX.fullmatch(key) and int(key) <= len(parent):
        parent.insert(int(key), value)
    else:
        raise Inapplicable(f"no such place: {key}")


def _take(root: Operation, path: list[str]) -> Any:
    parent, key = _parent(root, path)
    value = _look(parent, key)
    del parent[_place(parent, key)]
    return value
