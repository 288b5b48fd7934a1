"""How times, people and untrusted text read on a page."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from markupsafe import Markup, escape

from bot.domain.incidents.timeline import Entry, Kind
from bot.domain.incidents.wire import rfc3339
from bot.domain.wording import visible

_PERSON = re.compile(r"@((?:slack|cli|pagerduty):[\w.+-]*\w)", re.ASCII)
_TURNS = frozenset(
    {
        Kind.ACKNOWLEDGED,
        Kind.MITIGATED,
        Kind.RESOLVED,
        Kind.REOPENED,
        Kind.SEVERITY,
        Kind.ESCALATED,
    }
)
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def seen(value: object) -> object:
    """What every `{{ … }}` passes through: text without its invisible tricks."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return visible(value)


def clock(at: datetime, now: datetime) -> str:
    at = at.astimezone(UTC)
    if at.date() == now.astimezone(UTC).date():
        return f"{at:%H:%M} UTC"
    year = "" if at.year == now.year else f" {at.year}"
    return f"{at.day} {at:%b}{year} {at:%H:%M} UTC"


def lapse(seconds: float) -> str:
    """`12 min`, `3 h`, `2 days`: the page's script says it in the same words."""
    if seconds < _MINUTE:
        return "moments"
    if seconds < 2 * _HOUR:
        return f"{int(seconds // _MINUTE)} min"
    if seconds < 2 * _DAY:
        return f"{int(seconds // _HOUR)} h"
    return f"{int(seconds // _DAY)} days"


def relative(at: datetime, now: datetime) -> str:
    seconds = (now - at).total_seconds()
    return f"{lapse(seconds)} ago" if seconds >= 0 else f"in {lapse(-seconds)}"


def time_tag(at: datetime, now: datetime) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(rfc3339(at), clock(at, now))


def relative_tag(at: datetime, now: datetime) -> Markup:
    """The script keeps it up to date; without the script it holds for the moment of loading."""
    return Markup('<time datetime="{}" data-relative title="{}">{}</time>').format(
        rfc3339(at), clock(at, now), relative(at, now)
    )


def line_of(entry: Entry) -> str:
    """What an entry says, with what happened in front where its text gives only the reason."""
    if entry.kind not in _TURNS or entry.text.startswith(entry.kind.value):
        return entry.text
    return f"{entry.kind.value}: {entry.text}"


def commands(text: str) -> Markup:
    """Our own words, with what stands between backticks ready to be copied."""
    parts = [
        Markup('<code class="copy">{}</code>').format(part) if number % 2 else escape(part)
        for number, part in enumerate(text.split("`"))
    ]
    return Markup("").join(parts)


def people_in(texts: Iterable[str]) -> set[str]:
    return {actor for text in texts for actor in _PERSON.findall(text)}


def with_names(text: str, names: Mapping[str, str]) -> str:
    return _PERSON.sub(lambda found: names.get(found[1], found[1].partition(":")[2]), text)
