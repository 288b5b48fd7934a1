"""How long, as people write it: 30m, 2h, 1d, 1h30m."""

import re
from datetime import timedelta

_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_WHOLE = re.compile(r"(?:[0-9]{1,5}[smhdw])+", re.IGNORECASE)
_PART = re.compile(r"([0-9]+)([smhdw])", re.IGNORECASE)


def parse_duration(text: str) -> timedelta | None:
    """`None` where the text is no duration."""
    if not _WHOLE.fullmatch(text):
        return None
    parts = _PART.findall(text)
    return sum((int(count) * _UNITS[unit.lower()] for count, unit in parts), timedelta())
