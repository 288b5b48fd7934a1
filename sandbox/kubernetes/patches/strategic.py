"""Strategic merge patch: lists are merged by the key of their elements, with directives."""

from typing import Any

from sandbox.kubernetes.objects import clone
from sandbox.kubernetes.patches import Unreadable
from sandbox.kubernetes.patches.element_order import in_order, without
from sandbox.kubernetes.patches.merge_keys import PRIMITIVE, merge_key

DIRECTIVE = "$patch"
RETAIN = "$retainKeys"
ORDER = "$setElementOrder/"
DELETE_PLAIN = "$deleteFromPrimitiveList/"
Map = dict[str, Any]


def merged(original: Map, patch: Any) -> Map:
    """Raises `Unreadable` for a patch that cannot be one."""
    if not isinstance(patch, dict):
        raise Unreadable(
            "json: cannot unmarshal array into Go value of type map[string]interface {}"
        )
    return _merge_map(clone(original), patch, "")


def _merge_map(original: Map, patch: Map, field: str) -> Map:
    directive = patch.get(DIRECTIVE, "merge")
    if directive == "replace":
        return clone({key: value for key, value in patch.items() if key != DIRECTIVE})
    if directive == "delete":
        return {}
    if directive != "merge":
        raise Unreadable(f"Unknown patch type: {directive}")
    if RETAIN in patch:
        original = {key: value for key, value in original.items() if key in patch[RETAIN]}
    for key, value in patch.items():
        if key.startswith(DELETE_PLAIN):
            name = key.removeprefix(DELETE_PLAIN)
            original[name] = [each for each in original.get(name, ()) if each not in value]
        elif value is None:
            original.pop(key, None)
        elif key not in {DIRECTIVE, RETAIN} and not key.startswith(ORDER):
            original[key] = _merge_value(original.get(key), value, key, field)
    return _ordered(original, patch, field)


def _ordered(result: Map, patch: Map, field: str) -> Map:
    for name in [key.removeprefix(ORDER) for key in patch if key.startswith(ORDER)]:
        held = result.get(name)
        if isinstance(held, list):
            key = merge_key(name, field) or PRIMITIVE
            result[name] = in_order(held, patch[ORDER + name], held, key)
    return result


def _merge_value(original: Any, patch: Any, field: str, parent: str) -> Any:
    if isinstance(patch, dict):
        return _merge_map(original if isinstance(original, dict) else {}, patch, field)
    if not isinstance(patch, list):
        return patch
    key = merge_key(field, parent)
    if key is None:
        return clone(patch)
    held = original if isinstance(original, list) else []
    if not key:
        added = [each for each in patch if each not in held]
        return in_order(held + added, patch, held, key)
    return _merge_list(held, patch, key, field)


def _merge_list(original: list[Any], patch: list[Any], key: str, field: str) -> list[Any]:
    if any(_directive(each) == "replace" for each in patch):
        return clone([each for each in patch if _directive(each) != "replace"])
    merged_list = list(original)
    wanted = []
    for element in patch:
        if not isinstance(element, dict) or key not in element:
            raise Unreadable(f"map: {element} does not contain declared merge key: {key}")
        if _directive(element) == "delete":
            merged_list = without(merged_list, element[key], key)
            continue
        wanted.append(element)
        place = next(
            (at for at, each in enumerate(merged_list) if each.get(key) == element[key]), None
        )
        if place is None:
            merged_list.append(_merge_map({}, element, field))
        else:
            merged_list[place] = _merge_map(merged_list[place], element, field)
    return in_order(merged_list, wanted, original, key)


def _directive(element: Any) -> str | None:
    return element.get(DIRECTIVE) if isinstance(element, dict) else None
