"""In which order a merged list ends up: the patch's own first, as the real server does it."""

from typing import Any


def in_order(
    elements: list[Any], patch_order: list[Any], server_order: list[Any], key: str
) -> list[Any]:
    """`elements` that the patch names keep the patch's order, the others go between them.

    `key` empty: the elements are plain values.
    """
    named = [_identity(each, key) for each in patch_order]
    served = [_identity(each, key) for each in server_order]
    right = sorted(
        (each for each in elements if _identity(each, key) in named),
        key=lambda each: named.index(_identity(each, key)),
    )
    left = [each for each in elements if _identity(each, key) not in named]
    return _woven(left, right, served, key)


def without(elements: list[Any], identity: Any, key: str) -> list[Any]:
    return [each for each in elements if _identity(each, key) != identity]


def _woven(left: list[Any], right: list[Any], served: list[Any], key: str) -> list[Any]:
    """An element of `left` goes before the first of `right` that the server had behind it."""
    woven: list[Any] = []
    left, right = list(left), list(right)
    while left and right:
        one, other = _identity(left[0], key), _identity(right[0], key)
        before = one in served and other in served and served.index(one) < served.index(other)
        woven.append((left if before else right).pop(0))
    return woven + left + right


def _identity(element: Any, key: str) -> Any:
    return element.get(key) if key and isinstance(element, dict) else element
