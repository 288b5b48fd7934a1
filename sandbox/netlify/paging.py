"""`page` and `per_page`, with the Link header that tells where the rest is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Generic, TypeVar

from sandbox.netlify.errors import Problem

LARGEST = 100
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    items: Sequence[T]
    headers: Mapping[str, str]


def page_of(items: Sequence[T], query: Mapping[str, str], url: str) -> Page[T]:
    page, size = _number(query, "page", 1), min(LARGEST, _number(query, "per_page", LARGEST))
    last = max(1, -(-len(items) // size))
    links = {"prev": page - 1 if page > 1 else 0, "next": page + 1 if page < last else 0}
    header = ", ".join(
        f'<{url}?page={number}&per_page={size}>; rel="{name}"'
        for name, number in {**links, "last": last if page < last else 0}.items()
        if number
    )
    return Page(
        items=items[(page - 1) * size : page * size],
        headers={"Link": header} if header else {},
    )


def _number(query: Mapping[str, str], name: str, usual: int) -> int:
    text = query.get(name, str(usual))
    if not text.isdecimal() or int(text) < 1:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"{name} must be a positive number")
    return int(text)
