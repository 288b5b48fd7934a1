"""PagerDuty's word on an incident, applied to ours once, in one transaction."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from bot.domain import life
from bot.domain.alert import Status
from bot.domain.catalogue import Catalogue
from bot.domain.correlation import digest, paged_group, pin_of
from bot.domain.errors import Refused
from bot.domain.incident import Incident, Reason, changed
from bot.domain.pagerduty import TOO_OLD, Event, Happened, as_alert
from bot.domain.timeline import Entry, Kind
from bot.flows.placing import receive_all
from bot.store import alerts, deliveries, holders, incidents


class Outcome(StrEnum):
    APPLIED = "applied"
    SEEN = "seen before"
    TOO_OLD = "older than 49 hours"
    NO_CHANGE = "nothing to change"


def apply(tx: Connection, event: Event, catalogue: Catalogue, now: datetime) -> Outcome:
    if now - event.occurred_at > TOO_OLD:
        return Outcome.TOO_OLD
    if not deliveries.first_time(tx, f"pagerduty:{event.id}", now):
        return Outcome.SEEN
    ours = _find(tx, event)
    if ours is None:
        ours = _open(tx, event, catalogue, now)
        if ours is None or event.happened is Happened.TRIGGERED:
            return Outcome.APPLIED
    elif event.happened is Happened.TRIGGERED:
        _link(tx, ours, event, now)
        return Outcome.APPLIED
    return _follow(tx, event, ours, catalogue, now)


def _find(tx: Connection, event: Event) -> Incident | None:
    """The incident this event is about: linked before, or paged under the same key."""
    pin = pin_of(event.alert_key)
    linked = holders.of_groups(tx, [pin.group]).get(pin)
    numbers = [linked] if linked else []
    if event.key:
        numbers += holders.of_group(tx, paged_group(event.key))
    found = incidents.by_numbers(tx, numbers)
    ours = [found[number] for number in numbers if number in found]
    return next((one for one in ours if one.is_open), ours[0] if ours else None)


def _open(tx: Connection, event: Event, catalogue: Catalogue, now: datetime) -> Incident | None:
    """Takes the event as an alert: it joins its component's incident, or opens one of its own."""
    status = Status.RESOLVED if event.happened is Happened.RESOLVED else Status.FIRING
    # Neighbours do not count here: rules.md allows PagerDuty's events rule (2) alone.
    alone = replace(catalogue, neighbours={})
    alert = replace(
        as_alert(event, status, catalogue.components), group_key=f"pagerduty:{event.incident}"
    )
    _, touched = receive_all(tx, [[alert]], alone, now)
    if not touched[0]:
        return None
    number = touched[0][0]
    holders.hold(tx, {pin_of(event.alert_key): number})
    return incidents.find(tx, number)


def _link(tx: Connection, ours: Incident, event: Event, now: datetime) -> None:
    """Remembers that PagerDuty pages for this incident, and says so."""
    holders.hold(tx, {pin_of(event.alert_key): ours.id})
    entry = Entry(
        incident=ours.id,
        at=now,
        kind=Kind.PAGERDUTY,
        actor=event.actor,
        text=f"PagerDuty incident {event.incident} triggered",
        data={"pagerduty": event.incident, "url": event.url},
    )
    incidents.apply(tx, [changed(ours, Reason.PAGERDUTY, entry)])


def _follow(
    tx: Connection, event: Event, ours: Incident, catalogue: Catalogue, now: datetime
) -> Outcome:
    """Makes the move with our incident that was made with theirs, where it still can be made."""
    ours = _hear_alert(tx, event, ours, catalogue, now)
    try:
        if event.happened is Happened.ACKNOWLEDGED:
            change = life.acknowledge(ours, event.actor, now)
        elif event.happened is Happened.RESOLVED:
            note = f"PagerDuty incident {event.incident} was resolved"
            change = life.resolve(ours, event.actor, now, note, reason=Reason.PAGERDUTY)
        else:
            key = f"reopened/{digest(event.id)}"
            note = f"PagerDuty incident {event.incident} was reopened"
            change = life.reopen(ours, event.actor, now, open_key=key, note=note)
    except Refused:  # the source's resolve beats a late acknowledge, and the like
        return Outcome.NO_CHANGE
    incidents.apply(tx, [change])
    return Outcome.APPLIED


def _hear_alert(
    tx: Connection, event: Event, ours: Incident, catalogue: Catalogue, now: datetime
) -> Incident:
    """Ends or restarts the alert that PagerDuty itself is the source of, if there is one."""
    if event.happened is Happened.ACKNOWLEDGED or not alerts.current(tx, [event.alert_key]):
        return ours
    status = Status.RESOLVED if event.happened is Happened.RESOLVED else Status.FIRING
    alert = replace(
        as_alert(event, status, catalogue.components), group_key=f"pagerduty:{event.incident}"
    )
    receive_all(tx, [[alert]], replace(catalogue, neighbours={}), now)
    return incidents.find(tx, ours.id) or ours
