"""An incident in words: one line of a list, and the whole of it."""

from datetime import datetime

from bot.domain.incidents.incident import Incident, State
from bot.domain.wording import count, foreign, moment, span


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
