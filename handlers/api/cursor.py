"""Where a page of a list ended, as a word that callers send back and never read."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from enum import StrEnum

from bot.domain.errors import Misuse

_LONGEST = 40
_DIGITS = 18  # what a database's integer holds


class Listed(StrEnum):
    """The lists; a cursor of one means nothing in another."""

    INCIDENTS = "incidents"
    ALERTS = "alerts"
    TIMELINE = "timeline"
    OPERATIONS = "operations"


def written(of: Listed, number: int) -> str:
    return urlsafe_b64encode(f"{of}:{number}".encode()).decode().rstrip("=")


def read(cursor: str, of: Listed) -> int | None:
    """The number behind a cursor of this list; `None` where the list begins at its start."""
    if not cursor:
        return None
    short = cursor[:_LONGEST]
    try:
        text = urlsafe_b64decode(short + "=" * (-len(short) % 4))
    except ValueError:
        text = b""
    name, _, digits = text.partition(b":")
    if name != of.encode() or not digits.isdigit() or len(digits) > _DIGITS:
        raise Misuse("cursor should be the next_cursor of an earlier page of this list.")
    return int(digits)
