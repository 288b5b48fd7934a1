"""A batch of alerts in one transaction: load what the rules look at, decide each, store it all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, partial

from sqlalchemy import Connection

from bot.domain.incidents import correlation, receive
from bot.domain.incidents.alert import Alert, Episode, Status, Verdict, begun, ended, judge
from bot.domain.incidents.correlation import Held, Placement
from bot.domain.incidents.declare import hand_key
from bot.domain.incidents.incident import Change
from bot.domain.ops_data.catalogue import Catalogue
from bot.flows.intake.batch import Batch, list_as_open, load
from bot.store import alerts as alert_rows
from bot.store import holders, incidents, occasions, operations

_UNPLACED = (Verdict.REPEATS, Verdict.STALE)


def receive_all(
    tx: Connection,
    deliveries: Sequence[Sequence[Alert]],
    catalogue: Catalogue,
    now: datetime,
    *,
    expect_news: bool = True,
) -> tuple[Batch, list[list[int]]]:
    """Stores the alerts; for each delivery the incidents it touched, and the batch itself.

    What is news is decided under the counter's lock, which every replica takes. Batches of mere
    repeats do without it: where none are expected the lock comes only with the first.
    """
    first = incidents.next_number(tx) if expect_news else None
    batch = Batch(
        catalogue=catalogue,
        now=now,
        had=partial(alert_rows.had, tx),
        mere=lambda number: number in occasions.among(tx, (number,)),
        unfinished=cache(partial(operations.unfinished, tx)),
    )
    everything = [alert for delivery in deliveries for alert in delivery]
    batch.known.episodes = alert_rows.current(tx, {alert.key for alert in everything})
    news = {alert.key for alert in everything if _verdict(batch, alert) not in _UNPLACED}
    # A repeat may follow its alert's own end in one batch, and be none by then.
    fresh = [alert for alert in everything if alert.key in news]
    if fresh:
        if first is None:
            first = incidents.next_number(tx)
            batch.known.episodes |= alert_rows.current(tx, news)
        batch.next_number = first
        batch.stored = frozenset(batch.known.episodes)
        load(tx, batch, fresh)
    touched = [_deliver(batch, delivery) for delivery in deliveries]
    if fresh and first is not None:
        _store(tx, batch)
        incidents.used_numbers(tx, first, batch.next_number)
    batch.had_news = bool(fresh)
    return batch, touched


def _verdict(batch: Batch, alert: Alert) -> Verdict:
    return judge(alert, batch.known.episodes.get(alert.key), batch.now)


def _deliver(batch: Batch, delivery: Sequence[Alert]) -> list[int]:
    """Decides on each alert of one delivery; the numbers of the incidents it is about."""
    touched: dict[int, None] = {}
    for alert in delivery:
        number = _decide(batch, alert)
        if number is not None:
            touched[number] = None
    return list(touched)


def _decide(batch: Batch, alert: Alert) -> int | None:
    known = batch.known.episodes.get(alert.key)
    verdict = judge(alert, known, batch.now)
    if verdict is Verdict.FIRES:
        return _begin(batch, alert)
    if known is None or verdict is Verdict.ENDED_UNSEEN:
        return _remember(batch, alert, None)
    if verdict is Verdict.RESOLVES:
        return _end(batch, alert, known)
    if verdict is Verdict.STARTS_ANEW and _over_before(batch, alert, known):
        _end(batch, replace(alert, status=Status.RESOLVED, ends_at=alert.starts_at), known)
        return _begin(batch, alert)
    if known.id:
        batch.seen[known.id] = batch.now
    return known.incident


def _over_before(batch: Batch, alert: Alert, known: Episode) -> bool:
    """Whether the incident of the known episode was over before this alert started."""
    incident = batch.known.incidents.get(known.incident or 0)
    over = incident.resolved_at if incident else None
    return over is not None and alert.starts_at is not None and alert.starts_at > over


def _remember(batch: Batch, alert: Alert, incident: int | None) -> int | None:
    routed, _ = batch.routed[alert.key]
    episode = begun(alert, incident, batch.now, component=routed.component)
    if alert.key in batch.begun:  # begun and ended in this very batch, and now again
        batch.passed.append(batch.begun[alert.key])
    batch.begun[alert.key] = (alert, episode)
    batch.known.episodes[alert.key] = episode
    return incident


def _begin(batch: Batch, alert: Alert) -> int | None:
    routed, held = batch.routed[alert.key]
    if not routed.incident:
        return _remember(batch, alert, None)
    started = alert.starts_at or batch.now
    placement = correlation.place(alert, routed, batch.known, batch.catalogue.neighbours, started)
    change = _placed(batch, alert, placement)
    _keep(batch, change)
    number = change.incident.id
    _hold(batch, placement.held, number)
    if placement.held == held:
        for name in correlation.paged_as(alert, held):
            paged = batch.known.holder(name)
            if paged is None or not paged.is_open:
                _hold(batch, name, number)
    return _remember(batch, alert, number)


def _hold(batch: Batch, name: Held, number: int) -> None:
    if batch.known.holders.get(name) != number:
        batch.held[name] = number
        batch.known.hold(name, number)


def _placed(batch: Batch, alert: Alert, placement: Placement) -> Change:
    (routed, _), incident = batch.routed[alert.key], placement.incident
    if incident is None:
        number, batch.next_number = batch.next_number, batch.next_number + 1
        open_key = _open_key(placement.held, number)
        return receive.opened(alert, routed, placement, batch.now, number=number, open_key=open_key)
    before = batch.known.episodes.get(alert.key)
    first_time = before is None or (
        before.incident != incident.id and not _was_in(batch, incident.id, alert)
    )
    return receive.joined(
        incident, alert, routed, placement.reason, batch.now,
        first_time=first_time, open_key=_open_key(placement.held, incident.id),
        was_mere=not incident.alerts_total and batch.mere(incident.id),
    )  # fmt: skip


def _open_key(held: Held, number: int) -> str:
    """A person may move an alert on while the incident it was in stays open; a group stays."""
    return hand_key(number) if correlation.is_pin(held) else correlation.open_key(held)


def _was_in(batch: Batch, number: int, alert: Alert) -> bool:
    """Whether the incident counts this alert already, for an episode before its last one."""
    return batch.had(number, alert) or any(
        told.key == alert.key and episode.incident == number for told, episode in batch.passed
    )


def _end(batch: Batch, alert: Alert, known: Episode) -> int | None:
    over = ended(known, alert, batch.now)
    batch.known.episodes[alert.key] = over
    if alert.key in batch.begun:  # it began in this very batch
        batch.begun[alert.key] = (batch.begun[alert.key][0], over)
    else:
        batch.ended[alert.key] = over
    if over.incident is None:
        return None
    incident = batch.known.incidents[over.incident]
    last = incident.is_open and incident.alerts_firing <= 1
    unfinished = batch.unfinished().get(incident.id, ()) if last else ()
    _keep(batch, receive.alert_resolved(incident, alert, batch.now, unfinished))
    return over.incident


def _keep(batch: Batch, change: Change) -> None:
    """Adds a change to the batch: one an incident, decided on the version that was loaded."""
    incident = change.incident
    batch.entries.setdefault(incident.id, []).extend(change.entries)
    batch.changes.setdefault(incident.id, change)
    batch.known.incidents[incident.id] = incident
    list_as_open(batch.known, incident)


def _store(tx: Connection, batch: Batch) -> None:
    changes = [
        replace(first, incident=batch.known.incidents[number], entries=tuple(batch.entries[number]))
        for number, first in batch.changes.items()
    ]
    incidents.apply(tx, changes)
    alert_rows.end(tx, list(batch.ended.values()))  # found as the newest, so before a newer one
    alert_rows.pass_by(tx, batch.passed, batch.now)
    alert_rows.begin(tx, list(batch.begun.values()), batch.now, stored=batch.stored)
    holders.hold(tx, batch.held)
