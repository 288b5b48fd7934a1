"""How answers say things: short lines for somebody who was just woken, on a telephone."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

_COUNTED_IN_MINUTES = 2
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


_MARK = re.compile(r"(?<=[@#])(?=(?:slack|group|cli|pagerduty):)", re.IGNORECASE)
# C0 but tab and newline, C1, zero-width characters, bidirectional marks and overrides, surrogates
# that no UTF-8 holds.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ud800-\udfff]"
)


def visible(text: str) -> str:
    """What others wrote, without what shows nothing, turns it round or commands a terminal."""
    return _UNSEEN.sub("", text)


def escaped(data: str) -> str:
    """JSON as it is, with escapes for what `visible` takes out of other words."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", data)


def on_one_line(text: str) -> str:
    """Visible characters with single spaces between them."""
    return visible(" ".join(text.replace("\x00", " ").split()))


def foreign(text: str) -> str:
    """Words that came with an alert or a title: what looks like a person or a group is none."""
    return _MARK.sub(" ", text)


def moment(at: datetime, now: datetime) -> str:
    """`03:12 UTC`, with the day where it is not today's."""
    at = at.astimezone(UTC)
    return f"{at:%H:%M} UTC" if at.date() == now.astimezone(UTC).date() else f"{at:%d %b %H:%M} UTC"


def span(length: timedelta) -> str:
    """`12 min`, `3 h 5 min`, `2 d 4 h`."""
    if length < _MINUTE:
        return f"{max(int(length.total_seconds()), 0)} s"
    if length < _HOUR:
        return f"{length // _MINUTE} min"
    if length < _DAY:
        minutes = length % _HOUR // _MINUTE
        return f"{length // _HOUR} h" + (f" {minutes} min" if minutes else "")
    hours = length % _DAY // _HOUR
    return f"{length // _DAY} d" + (f" {hours} h" if hours else "")


def lasting(seconds: float) -> str:
    """`95 s`, `2 min 5 s`: a budget of five minutes is counted in seconds."""
    whole = max(round(seconds), 0)
    minutes, rest = divmod(whole, 60)
    if minutes < _COUNTED_IN_MINUTES:
        return f"{whole} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def either(words: Iterable[str], last: str = "or") -> str:
    """`a, b or c`."""
    *first, final = list(words) or [""]
    return f"{', '.join(first)} {last} {final}" if first else final
