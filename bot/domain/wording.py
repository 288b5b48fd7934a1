"""How answers say things: short lines for somebody who was just woken, on a telephone."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bot.domain.incident import Incident, State
from bot.domain.ladder import Level
from bot.domain.people import Person

_COUNTED_IN_MINUTES = 2
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


_MARK = re.compile(r"(?<=[@#])(?=(?:slack|group|cli|pagerduty):)", re.IGNORECASE)


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


def line(one: Incident, now: datetime) -> str:
    """One incident in one line, as lists show it."""
    ended = one.state is State.RESOLVED and one.resolved_at is not None
    since = one.resolved_at if ended and one.resolved_at else one.started_at
    where = f" ({one.component})" if one.component else ""
    what = foreign(f"{one.title}{where}")
    return (
        f"{one.name} {one.severity} {one.state}: {what}, "
        f"since {moment(since, now)}{who_has_it(one)}"
    )


def who_has_it(one: Incident) -> str:
    lead = one.roles.get("ic") or one.acknowledged_by
    if not one.is_open:
        return ""
    return f", @{lead} has it" if lead else ", nobody has it"


def story(one: Incident, now: datetime) -> list[str]:
    """One incident in full: what is broken, since when, who has it, what was done."""
    total = count(one.alerts_total, "alert")
    firing = f"{one.alerts_firing} of {total} firing" if one.alerts_total else "no alerts"
    where = foreign(f"{one.component or 'no component'}, {one.environment}")
    since = f"since {moment(one.started_at, now)} ({span(now - one.started_at)})"
    lines = [
        f"{one.name} · {one.severity} · {one.state}",
        foreign(one.title),
        f"{where} · {since} · {firing}",
    ]
    if one.summary:
        lines.append(foreign(one.summary))
    lines += _moves(one, now)
    if one.roles:
        lines.append(", ".join(f"{role}: @{person}" for role, person in sorted(one.roles.items())))
    if one.previous:
        lines.append(f"Came after INC-{one.previous}.")
    if one.runbook:
        lines.append(f"Runbook: {one.runbook}")
    return lines


def _moves(one: Incident, now: datetime) -> list[str]:
    lines = []
    if one.acknowledged_at:
        lines.append(
            f"Acknowledged by @{one.acknowledged_by} at {moment(one.acknowledged_at, now)}."
        )
    elif one.is_open:
        lines.append(f"Nobody has acknowledged it. Level {one.level}.")
    if one.mitigated_at:
        lines.append(f"Mitigated by @{one.mitigated_by} at {moment(one.mitigated_at, now)}.")
    if one.merged_into:
        lines.append(f"Merged into INC-{one.merged_into}.")
    elif one.resolved_at:
        by = f" by @{one.resolved_by}" if one.resolved_by_hand else ""
        lines.append(f"Resolved{by} at {moment(one.resolved_at, now)}.")
    return lines


def address(person: Person) -> str:
    """How a person is written in answers and stored on timelines, less the @."""
    if person.slack:
        return f"slack:{person.slack}"
    return f"cli:{person.login}" if person.login else f"pagerduty:{person.pagerduty}"


def called(level: Level, people: Iterable[Person]) -> str:
    """Everybody whom a level names; empty where it names nobody."""
    everybody = [f"@{address(person)}" for person in people]
    everybody += [f"@group:{group}" for group in level.groups]
    return either(everybody, "and") if everybody else ""
