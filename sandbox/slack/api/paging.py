"""Slack's cursors: opaque words that say where the next page begins."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from sandbox.slack.call import Call
from sandbox.slack.errors import SlackError

T = TypeVar("T")
PAGE = 100
PAGE_MAX = 999


def page(call: Call, items: Sequence[T], *, default: int = PAGE) -> tuple[list[T], str]:
    """The page that the call's `cursor` and `limit` ask for, and the next cursor or ''."""
    limit = call.number("limit", default=default, at_most=PAGE_MAX + 1)
    start = _offset(call.text("cursor"))
    end = start + limit
    return list(items[start:end]), _cursor(end) if end < len(items) else ""


def _cursor(offset: int) -> str:
    return base64.b64encode(f"offset:{offset}".encode()).decode()


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word = base64.b64decode(cursor, validate=True).decode()
        return int(word.removeprefix("offset:"))
    except (binascii.Error, ValueError) as error:
        raise SlackError("invalid_cursor") from error
