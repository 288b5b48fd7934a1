"""Which fields a write changed, in the notation of managedFields (FieldsV1)."""

import json
from typing import Any

Tree = dict[str, Any]

ITSELF = "."
ABSENT = object()
"""Not even null: a field that comes into being is owned itself, not only what is below it."""
_ATOMIC = {"selector", "nodeSelector"}
_KEYS = {
    "conditions": ("type",),
    "containers": ("name",),
    "env": ("name",),
    "imagePullSecrets": ("name",),
    "initContainers": ("name",),
    "ownerReferences": ("uid",),
    "volumeMounts": ("mountPath",),
    "volumes": ("name",),
}
_PORT_KEYS = (("containerPort", "protocol"), ("port", "protocol"))


def changed(before: Any, after: Any, field: str = "") -> Tree:
    """The fields of `after` that differ from `before`."""
    old, new = _children(before, field), _children(after, field)
    if not new:
        return {}
    tree: Tree = {ITSELF: {}} if before is ABSENT else {}
    for name, value in new.items():
        was = (old or {}).get(name, ABSENT)
        if was != value:
            tree[name] = changed(was, value, _bare(name) or field)
    return tree


def gone(before: Any, after: Any, field: str = "") -> Tree:
    """The fields of `before` that `after` has no more."""
    old, new = _children(before, field), _children(after, field)
    tree: Tree = {}
    for name, value in (old or {}).items():
        if new is None or name not in new:
            tree[name] = {}
        elif below := gone(value, new[name], _bare(name) or field):
            tree[name] = below
    return tree


def joined(one: Tree, other: Tree) -> Tree:
    return one | {name: joined(one.get(name, {}), below) for name, below in other.items()}


def without(tree: Tree, taken: Tree) -> Tree:
    """A leaf of `taken` takes all that is below it."""
    left: Tree = {}
    for name, below in tree.items():
        if name not in taken:
            left[name] = below
        elif taken[name] and below:
            rest = without(below, taken[name])
            if rest:
                left[name] = rest
    return left


def _children(value: Any, field: str) -> dict[str, Any] | None:
    """What stands below, by its name in the tree; None: nothing that is told apart."""
    if isinstance(value, dict) and field not in _ATOMIC:
        return {f"f:{name}": each for name, each in value.items()}
    if isinstance(value, list) and value and (keys := _list_keys(field, value[0])):
        return {_element(each, keys): each for each in value}
    return None


def _list_keys(field: str, first: Any) -> tuple[str, ...]:
    if field == "ports" and isinstance(first, dict):
        return next((keys for keys in _PORT_KEYS if all(key in first for key in keys)), ())
    return _KEYS.get(field, ())


def _element(element: dict[str, Any], keys: tuple[str, ...]) -> str:
    named = {key: element[key] for key in keys if key in element}
    return f"k:{json.dumps(named, separators=(',', ':'))}"


def _bare(name: str) -> str:
    return name.removeprefix("f:") if name.startswith("f:") else ""
