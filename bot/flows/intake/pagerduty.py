"""PagerDuty's word on an incident, applied to ours once, in one transaction."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from bot.domain.errors import Refused
from bot.domain.incidents import life, receive
from bot.domain.incidents.alert import Status
from bot.domain.incidents.correlation import (
    REOPEN_WITHIN,
    digest,
    paged_before,
    paged_group,
    pin_of,
)
from bot.domain.incidents.incident import Change, Incident, Reason, changed
from bot.domain.incidents.pagerduty import TOO_OLD, Event, Happened, as_alert, timely
from bot.domain.incidents.timeline import BOT, Entry, Kind
from bot.domain.ops_data.catalogue import Catalogue
from bot.flows.intake.placing import receive_all
from bot.store import alerts, deliveries, holders, incidents, operations


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
    event = timely(event, now)
    ours = _find(tx, event)
    if ours is None:
        ours = _open(tx, event, catalogue, now)
        if ours is not None and event.happened is not Happened.TRIGGERED:
            _follow(tx, event, ours, catalogue, now)
        return Outcome.APPLIED
    if event.happened is Happened.TRIGGERED:
        _link(tx, ours, event, now)
        return Outcome.APPLIED
    return _follow(tx, event, ours, catalogue, now)


def _find(tx: Connection, event: Event) -> Incident | None:
    """The incident this event is about: linked before, or paged under the same key."""
    pin = pin_of(event.alert_key)
    linked = holders.of_groups(tx, [pin.group]).get(pin)
    numbers = [linked] if linked else []
    group = paged_group(event.key)
    if group:
        numbers += holders.of_group(tx, group)
    found = incidents.by_numbers(tx, numbers)
    ours = [
        found[number]
        for number in numbers
        if number in found and (number == linked or _may_be_about(event, found[number]))
    ]
    return next((one for one in ours if one.is_open), ours[0] if ours else None)


def _may_be_about(event: Event, ours: Incident) -> bool:
    """A group keeps its key for ever: what ended long before is another problem."""
    return ours.resolved_at is None or event.created_at - ours.resolved_at <= REOPEN_WITHIN


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
    names = [pin_of(event.alert_key)]
    group = paged_group(event.key)
    if group:  # its alerts may still be on their way to us
        names.append(paged_before(group))
    holders.hold(tx, dict.fromkeys(names, number))
    return incidents.find(tx, number)


def _link(tx: Connection, ours: Incident, event: Event, now: datetime) -> None:
    """Remembers that PagerDuty pages for this incident, and says so: of an ended one, anew."""
    holders.hold(tx, {pin_of(event.alert_key): ours.id})
    entry = Entry(
        incident=ours.id,
        at=now,
        kind=Kind.PAGERDUTY,
        actor=event.actor,
        text=f"PagerDuty incident {event.incident} triggered",
        data={"pagerduty": event.incident, "url": event.url},
    )
    change = changed(ours, Reason.PAGERDUTY, entry)
    if ours.resolved_at is not None and event.created_at > ours.resolved_at:
        again = _reopened(event, ours, now, entry.text)
        change = replace(again, entries=(entry, *again.entries))
    incidents.apply(tx, [change])


def _follow(
    tx: Connection, event: Event, ours: Incident, catalogue: Catalogue, now: datetime
) -> Outcome:
    """Makes the move with our incident that was made with theirs, where it still can be made."""
    try:
        incidents.apply(tx, [_moved(tx, event, ours, now)])
        outcome = Outcome.APPLIED
    except Refused:  # the source's resolve beats a late acknowledge, and the like
        outcome = Outcome.NO_CHANGE
    _hear_alert(tx, event, catalogue, now)
    return outcome


def _moved(tx: Connection, event: Event, ours: Incident, now: datetime) -> Change:
    if event.happened is Happened.ACKNOWLEDGED:
        return life.acknowledge(ours, event.actor, now)
    if event.happened is Happened.RESOLVED:
        note = f"PagerDuty incident {event.incident} was resolved"
        unfinished = operations.unfinished(tx).get(ours.id, ())
        if ours.is_open and event.actor == BOT and unfinished:
            return receive.kept_open(ours, note, unfinished, now)
        return life.resolve(ours, event.actor, now, note, reason=Reason.PAGERDUTY)
    return _reopened(event, ours, now, f"PagerDuty incident {event.incident} was reopened")


def _reopened(event: Event, ours: Incident, now: datetime, note: str) -> Change:
    key = f"reopened/{digest(event.id)}"
    return life.reopen(ours, event.actor, now, open_key=key, note=note)


def _hear_alert(tx: Connection, event: Event, catalogue: Catalogue, now: datetime) -> None:
    """Ends or restarts the alert that PagerDuty itself is the source of, if there is one.

    After the move, so that the person who made it is named, and the alert finds it open.
    """
    if event.happened is Happened.ACKNOWLEDGED or not alerts.current(tx, [event.alert_key]):
        return
    status = Status.RESOLVED if event.happened is Happened.RESOLVED else Status.FIRING
    alert = replace(
        as_alert(event, status, catalogue.components), group_key=f"pagerduty:{event.incident}"
    )
    receive_all(tx, [[alert]], replace(catalogue, neighbours={}), now)
