"""The moves a person (or PagerDuty in a person's name) makes with an incident.

A move that cannot be made is `Refused`, with the fact that stands against it and the next move.
"""

from datetime import datetime

from bot.domain.errors import Refused
from bot.domain.incidents.incident import Change, Incident, Reason, State, changed
from bot.domain.incidents.timeline import Entry, Kind
from bot.domain.severity import CATEGORY_OF, Severity

TOP_LEVEL = 4


def _entry(
    incident: Incident, kind: Kind, actor: str, now: datetime, text: str, **data: object
) -> Entry:
    return Entry(incident=incident.id, at=now, kind=kind, actor=actor, text=text, data=data)


def _clock(at: datetime | None) -> str:
    return f"{at:%H:%M} UTC" if at else "an unknown time"


def must_be_open(incident: Incident) -> None:
    if incident.is_open:
        return
    if incident.merged_into:
        raise Refused(
            f"{incident.name} was merged into INC-{incident.merged_into}.",
            f"Use `incident show INC-{incident.merged_into}`.",
        )
    by = f" by @{incident.resolved_by}" if incident.resolved_by_hand else ""
    raise Refused(
        f"{incident.name} was resolved{by} at {_clock(incident.resolved_at)}.",
        f"If it is back: `incident reopen {incident.name}`.",
    )


def acknowledge(incident: Incident, actor: str, now: datetime) -> Change:
    must_be_open(incident)
    if incident.acknowledged_at is not None:
        raise Refused(
            f"{incident.name} was already acknowledged by @{incident.acknowledged_by} "
            f"at {_clock(incident.acknowledged_at)}.",
            f"To take it over: `incident role ic @you {incident.name}`.",
        )
    return changed(
        incident,
        Reason.ASKED,
        _entry(incident, Kind.ACKNOWLEDGED, actor, now, "acknowledged"),
        state=State.ACKNOWLEDGED if incident.state is State.OPEN else incident.state,
        acknowledged_at=now,
        acknowledged_by=actor,
        next_escalation_at=None,
    )


def mitigate(incident: Incident, actor: str, now: datetime, note: str = "") -> Change:
    must_be_open(incident)
    if incident.state is State.MITIGATED:
        raise Refused(
            f"{incident.name} was already marked mitigated by @{incident.mitigated_by} "
            f"at {_clock(incident.mitigated_at)}.",
            f"When it is over: `incident resolve {incident.name}`.",
        )
    return changed(
        incident,
        Reason.ASKED,
        _entry(incident, Kind.MITIGATED, actor, now, note or "mitigated"),
        state=State.MITIGATED,
        mitigated_at=now,
        mitigated_by=actor,
    )


def resolve(
    incident: Incident, actor: str, now: datetime, note: str = "", *, reason: Reason = Reason.ASKED
) -> Change:
    """Ends the incident by hand: it stays ended until an alert *starts* later."""
    must_be_open(incident)
    text = note or "resolved"
    return changed(
        incident,
        reason,
        _entry(incident, Kind.RESOLVED, actor, now, text, alerts_firing=incident.alerts_firing),
        state=State.RESOLVED,
        resolved_at=now,
        resolved_by=actor,
        resolve_due_at=None,
        next_escalation_at=None,
        open_key=None,
    )


def reopen(
    incident: Incident, actor: str, now: datetime, *, open_key: str, note: str = ""
) -> Change:
    """Back to open; `open_key` is what keeps two open incidents from being about one problem."""
    if incident.is_open:
        raise Refused(
            f"{incident.name} is {incident.state} already.", "There is nothing to reopen."
        )
    if incident.merged_into:
        raise Refused(
            f"{incident.name} was merged into INC-{incident.merged_into}.",
            f"Take its alerts out again: `incident split INC-{incident.merged_into}`.",
        )
    entry = _entry(incident, Kind.REOPENED, actor, now, note or "reopened")
    return changed(incident, Reason.ASKED, entry, **reopened_fields(open_key))


def reopened_fields(open_key: str) -> dict[str, object]:
    """What reopening sets: whoever acknowledged it before may be asleep by now."""
    return {
        "state": State.OPEN,
        "acknowledged_at": None,
        "acknowledged_by": None,
        "resolved_at": None,
        "resolved_by": None,
        "mitigated_at": None,
        "mitigated_by": None,
        "resolve_due_at": None,
        "open_key": open_key,
    }


def grade(
    incident: Incident, severity: Severity, actor: str, now: datetime, why: str = ""
) -> Change:
    """Sets the severity by hand, the one way in which it falls."""
    must_be_open(incident)
    if severity is incident.severity:
        raise Refused(f"{incident.name} is {severity} already.", "Nothing was changed.")
    text = f"{incident.severity} → {severity}" + (f": {why}" if why else "")
    entry = _entry(
        incident, Kind.SEVERITY, actor, now, text, before=incident.severity, after=severity
    )
    return changed(incident, Reason.ASKED, entry, severity=severity, category=CATEGORY_OF[severity])


def note(incident: Incident, actor: str, now: datetime, text: str) -> Change:
    """Adds a line to the story, of an ended incident too: reviews come afterwards."""
    return changed(incident, Reason.ASKED, _entry(incident, Kind.NOTE, actor, now, text))


def give_role(incident: Incident, role: str, person: str, actor: str, now: datetime) -> Change:
    must_be_open(incident)
    if incident.roles.get(role) == person:
        raise Refused(f"@{person} is {role} of {incident.name} already.", "Nothing was changed.")
    entry = _entry(incident, Kind.ROLE, actor, now, f"{role}: @{person}", role=role, person=person)
    return changed(incident, Reason.ASKED, entry, roles={**incident.roles, role: person})


def escalate(
    incident: Incident, actor: str, now: datetime, *, level: int | None = None, why: str = ""
) -> Change:
    """Raises the level by one, or to `level`; it never goes down."""
    must_be_open(incident)
    to = incident.level + 1 if level is None else level
    if to > TOP_LEVEL:
        raise Refused(
            f"{incident.name} is at level {incident.level}, and level {TOP_LEVEL} is the highest.",
            "Call leadership by telephone: `oncall` shows who.",
        )
    if to <= incident.level:
        raise Refused(
            f"{incident.name} is at level {incident.level} already.",
            f"To go further: `escalate {incident.name}`."
            if incident.level < TOP_LEVEL
            else "That is the highest.",
        )
    text = f"level {incident.level} → {to}" + (f": {why}" if why else "")
    entry = _entry(incident, Kind.ESCALATED, actor, now, text, level=to, why=why)
    return changed(incident, Reason.ASKED, entry, level=to)


def merge(
    source: Incident, target: Incident, actor: str, now: datetime, *, firing: int, total: int
) -> tuple[Change, Change]:
    """`source` ends, merged into `target`, which takes over its alerts and the worse severity.

    `firing` and `total` are the distinct alerts of both together.
    """
    must_be_open(target)
    must_be_open(source)
    if source.id == target.id:
        raise Refused(f"{source.name} cannot be merged into itself.", "Name two incidents.")
    ended = _ended_in(target, source, actor, now)
    return ended, _took_over(target, source, actor, now, firing=firing, total=total)


def _ended_in(target: Incident, source: Incident, actor: str, now: datetime) -> Change:
    return changed(
        source,
        Reason.BY_HAND,
        _entry(source, Kind.MERGED, actor, now, f"merged into {target.name}", into=target.name),
        state=State.RESOLVED,
        resolved_at=now,
        resolved_by=actor,
        merged_into=target.id,
        open_key=None,
        resolve_due_at=None,
        next_escalation_at=None,
        alerts_firing=0,
    )


def _took_over(
    target: Incident, source: Incident, actor: str, now: datetime, *, firing: int, total: int
) -> Change:
    worst = min((target, source), key=lambda one: one.severity.rank)
    told = f"{source.name} merged into this"
    waiting = source if target.resolve_due_at is None else target
    return changed(
        target,
        Reason.BY_HAND,
        _entry(target, Kind.MERGED, actor, now, told, merged=source.name),
        severity=worst.severity,
        category=worst.category,
        level=max(source.level, target.level),
        started_at=min(source.started_at, target.started_at),
        newest_started_at=max(source.newest_started_at, target.newest_started_at),
        alerts_firing=firing,
        alerts_total=total,
        resolve_due_at=None if firing else waiting.resolve_due_at,
        changes=waiting.changes if waiting.resolve_due_at else target.changes,
    )
