"""Small checks that combine into the shapes of Block Kit, complaining in Slack's own words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Check = Callable[[Any, str], Iterator[str]]


def complaint(text: str, pointer: str) -> str:
    return f"[ERROR] {text} [json-pointer:{pointer}]"


def string(*, at_most: int, at_least: int = 1) -> Check:
    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield complaint("must provide a string", pointer)
        elif len(value) > at_most:
            yield complaint(f"must be less than {at_most + 1} characters", pointer)
        elif len(value) < at_least:
            yield complaint(f"must be more than {at_least - 1} characters", pointer)

    return check


def link(*, at_most: int) -> Check:
    length = string(at_most=at_most)

    def check(value: Any, pointer: str) -> Iterator[str]:
        yield from length(value, pointer)
        if isinstance(value, str) and "://" not in value and not value.startswith("mailto:"):
            yield complaint("must be a valid URL", pointer)

    return check


def of_type(*types: type) -> Check:
    def check(value: Any, pointer: str) -> Iterator[str]:
        # bool is an int to Python, not to JSON.
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            yield complaint(f"must be a {types[0].__name__}", pointer)

    return check


def one_of(*words: str) -> Check:
    def check(value: Any, pointer: str) -> Iterator[str]:
        if value not in words:
            yield complaint(f"must be one of: {', '.join(words)}", pointer)

    return check


def items(of: Check, *, at_most: int, at_least: int = 1) -> Check:
    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield complaint("must be an array", pointer)
            return
        if len(value) > at_most:
            yield complaint(f"no more than {at_most} items allowed", pointer)
        if len(value) < at_least:
            yield complaint(f"no fewer than {at_least} items required", pointer)
        for index, item in enumerate(value):
            yield from of(item, f"{pointer}/{index}")

    return check


def shape(
    required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *rules: Check
) -> Check:
    """An object with these fields and no others; `rules` look at it as a whole."""
    known = {**(optional or {}), **required, "type": of_type(str)}

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield complaint("must be an object", pointer)
            return
        for name in required:
            if name not in value:
                yield complaint(f"missing required field: {name}", pointer)
        for name, item in value.items():
            if name not in known:
                yield complaint(f"invalid additional property: {name}", pointer)
            else:
                yield from known[name](item, f"{pointer}/{name}")
        for rule in rules:
            yield from rule(value, pointer)

    return check


def by_type(table: Mapping[str, Check], allowed: Iterable[str] | None = None) -> Check:
    """The check that the object's own `type` names, out of `allowed` (all when not given)."""
    names = set(table if allowed is None else allowed)

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict) or not isinstance(value.get("type"), str):
            yield complaint("missing required field: type", pointer)
        elif value["type"] not in names:
            yield complaint(f"unsupported type: {value['type']}", f"{pointer}/type")
        else:
            yield from table[value["type"]](value, pointer)

    return check
