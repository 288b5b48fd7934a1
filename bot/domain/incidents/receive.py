"""What an arriving alert does to the incident it was placed in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.incidents.alert import Alert, Status
from bot.domain.incidents.correlation import Placement
from bot.domain.incidents.incident import Change, Incident, Reason, State, changed
from bot.domain.incidents.life import reopened_fields
from bot.domain.incidents.routing import Routed
from bot.domain.incidents.timeline import BOT, Entry, Kind
from bot.domain.severity import Severity, worse
from bot.domain.wording import either

FLAP_WINDOW = timedelta(minutes=15)  # changes within this time are flapping,
QUIET = timedelta(minutes=10)  # and such an incident resolves only after this much quiet
TITLE_LENGTH = 80
TELLING_LABELS = 5
_SUMMARY_LENGTH = 500
_UNTELLING = frozenset(
    {"alertname", "severity", "level", "component", "service", "app", "environment", "env"}
)


def title_of(alert: Alert) -> str:
    """The symptom in at most 80 characters, for a telephone's preview."""
    said = alert.annotations.get("summary") or alert.annotations.get("title") or ""
    said = " ".join(said.split())
    title = said if not said or alert.name in said else f"{alert.name}: {said}"
    title = title or alert.name
    return title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1].rstrip()}…"


def summary_of(alert: Alert) -> str:
    said = alert.annotations.get("description") or alert.annotations.get("message") or ""
    return " ".join(said.split())[:_SUMMARY_LENGTH]


def telling(alert: Alert, routed: Routed) -> dict[str, str]:
    """At most five labels that tell this problem from its like."""
    names = [
        name
        for name in sorted(alert.labels)
        if name not in _UNTELLING and alert.labels[name] != routed.component
    ]
    shared = [name for name in names if name not in routed.ignored_labels]
    chosen = shared + [name for name in names if name not in shared]
    return {name: alert.labels[name] for name in chosen[:TELLING_LABELS]}


def _called(alert: Alert, routed: Routed) -> dict[str, Any]:
    """What an incident is called, and where it leads, after the alert that makes it trouble."""
    return {
        "title": title_of(alert),
        "summary": summary_of(alert),
        "severity_text": routed.severity_text,
        "component": routed.component,
        "labels": telling(alert, routed),
        "runbook": routed.runbook,
        "ladder": routed.ladder,
    }


def opened(
    alert: Alert,
    routed: Routed,
    placement: Placement,
    now: datetime,
    *,
    number: int,
    open_key: str,
) -> Change:
    started = alert.starts_at or now
    incident = Incident(
        id=number,
        severity=routed.severity,
        category=routed.category,
        environment=routed.environment,
        open_key=open_key,
        opened_at=now,
        started_at=started,
        newest_started_at=started,
        alerts_firing=1,
        alerts_total=1,
        changes=(now,),
        previous=placement.previous,
        **_called(alert, routed),
    )
    after = f", after INC-{placement.previous}" if placement.previous else ""
    entry = _alert_entry(
        incident, Kind.OPENED, alert, now, f"{alert.name} opened it: {placement.reason}{after}"
    )
    return Change(incident=incident, decided_on=0, reason=placement.reason, entries=(entry,))


def joined(
    incident: Incident,
    alert: Alert,
    routed: Routed,
    reason: Reason,
    now: datetime,
    *,
    first_time: bool,
    open_key: str,
    was_mere: bool = False,
) -> Change:
    """The alert fires in an incident that exists; severity rises when something worse joins.

    `was_mere`: so far it was only there for an operation; now it is called after the alert.
    """
    started = alert.starts_at or now
    said = f"{alert.name} fires: {reason}"
    if was_mere:
        said = f"{said}; it was “{incident.title}” until now"
        incident = _called_after(incident, alert, routed, started)
    fields: dict[str, object] = {
        "alerts_firing": incident.alerts_firing + 1,
        "alerts_total": incident.alerts_total + first_time,
        "newest_started_at": max(incident.newest_started_at, started),
        "started_at": min(incident.started_at, started),
    }
    entries = [_alert_entry(incident, Kind.ALERT, alert, now, said, reason=reason)]
    if reason is Reason.HAND_RESOLVE_STANDS:
        return changed(incident, reason, *entries, **fields)
    if incident.alerts_firing == 0:
        fields |= {"changes": _recent(incident, now), "resolve_due_at": None}
    if reason is Reason.FIRED_AGAIN:
        fields |= reopened_fields(open_key)
        entries.append(_own_entry(incident, Kind.REOPENED, now, f"{alert.name} {reason}"))
    severity = worse(incident.severity, routed.severity)
    if severity is not incident.severity:
        fields |= {"severity": severity, "category": routed.category}
        entries.append(_worsened(incident, severity, alert, now))
    return changed(incident, reason, *entries, **fields)


def _called_after(incident: Incident, alert: Alert, routed: Routed, started: datetime) -> Incident:
    """It began when somebody asked for an operation, and the trouble with the alert."""
    return replace(incident, started_at=started, **_called(alert, routed))


def alert_resolved(
    incident: Incident, alert: Alert, now: datetime, unfinished: Sequence[str] = ()
) -> Change:
    """One of its alerts ended; with the last one it resolves, or waits for quiet when it flaps.

    `unfinished` names its operations that are not over, which keep it open.
    """
    left = max(incident.alerts_firing - 1, 0)
    said = f"{alert.name} resolved: {alert.learned}" if alert.learned else f"{alert.name} resolved"
    entry = _alert_entry(incident, Kind.ALERT_RESOLVED, alert, now, said)
    if left or not incident.is_open:
        return changed(incident, Reason.SOME_RESOLVED, entry, alerts_firing=left)
    ended = replace(incident, alerts_firing=0, changes=_recent(incident, now))
    if ended.flaps:
        due = now + QUIET
        waits = _own_entry(incident, Kind.FLAPPING, now, f"{Reason.FLAPPING}", due=due.isoformat())
        return changed(ended, Reason.FLAPPING, entry, waits, resolve_due_at=due)
    if unfinished:
        return kept_open(ended, Reason.ALL_RESOLVED, unfinished, now, entry)
    return _resolved(ended, incident.version, Reason.ALL_RESOLVED, now, entry)


def kept_open(
    incident: Incident, why: str, unfinished: Sequence[str], now: datetime, *before: Entry
) -> Change:
    """It would resolve by itself now, and is still needed: the clock resolves it afterwards."""
    over = f"{either(unfinished, 'and')} {'are' if len(unfinished) > 1 else 'is'} over"
    text = f"{why}; it stays open until {over}"
    entry = _own_entry(incident, Kind.KEPT_OPEN, now, text, operations=list(unfinished))
    due = None if incident.alerts_firing else incident.resolve_due_at or now
    return changed(incident, Reason.KEPT_OPEN, *before, entry, resolve_due_at=due)


def quiet(incident: Incident, now: datetime, unfinished: Sequence[str] = ()) -> Change | None:
    """Resolves what only waited for quiet or for its operations; `None` while it still does.

    After its quiet time an incident flaps no more, and this says once what else keeps it open.
    """
    due = incident.resolve_due_at
    if due is None or now < due or not incident.is_open or incident.alerts_firing:
        return None
    if not unfinished:
        reason = Reason.QUIET if incident.flaps else Reason.OPERATION_OVER
        return _resolved(incident, incident.version, reason, now)
    if not incident.flaps:
        return None
    return kept_open(replace(incident, changes=()), Reason.QUIET, unfinished, now)


def _resolved(
    incident: Incident, decided_on: int, reason: Reason, now: datetime, *before: Entry
) -> Change:
    entry = _own_entry(incident, Kind.RESOLVED, now, f"{reason}")
    change = changed(
        incident, reason, *before, entry,
        state=State.RESOLVED, resolved_at=now, resolved_by=BOT,
        resolve_due_at=None, next_escalation_at=None, open_key=None,
    )  # fmt: skip
    return replace(change, decided_on=decided_on)


def _worsened(incident: Incident, severity: Severity, alert: Alert, now: datetime) -> Entry:
    before = incident.severity
    text = f"{before} → {severity}: {alert.name} is worse"
    return _own_entry(incident, Kind.SEVERITY, now, text, before=before, after=severity)


def _recent(incident: Incident, now: datetime) -> tuple[datetime, ...]:
    return (*(at for at in incident.changes if now - at <= FLAP_WINDOW), now)


def _own_entry(incident: Incident, kind: Kind, now: datetime, text: str, **data: object) -> Entry:
    return Entry(incident=incident.id, at=now, kind=kind, text=text, data=data)


def _alert_entry(
    incident: Incident, kind: Kind, alert: Alert, now: datetime, text: str, **data: object
) -> Entry:
    at = alert.ends_at if alert.status is Status.RESOLVED else alert.starts_at
    told = {"alertname": alert.name, "fingerprint": alert.fingerprint}
    if at is not None:
        told["source_time"] = at.isoformat()
    return Entry(incident=incident.id, at=now, kind=kind, text=text, data={**told, **data})
