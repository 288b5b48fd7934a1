"""Alerts as rows, one an episode, the newest of each fingerprint found by its key."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, distinct, func, or_, select, update

from bot.domain.incidents.alert import Alert, Episode, Status, StoredAlert
from bot.store import bulk
from bot.store.codec import dumps, instant, loads, micros
from bot.store.tables import alerts

_CURRENT = [
    alerts.c.id,
    alerts.c.current_key,
    alerts.c.status,
    alerts.c.starts_at,
    alerts.c.ends_at,
    alerts.c.incident_id,
]
_INSERTED = (
    "current_key", "source", "fingerprint", "status", "labels_json", "annotations_json",
    "starts_at", "ends_at", "generator_url", "group_key", "component", "incident_id",
    "received_at", "last_seen_at",
)  # fmt: skip


def current(tx: Connection, keys: Collection[str]) -> dict[str, Episode]:
    """The newest episode of each of these alerts, where there is one."""
    return {
        key: Episode(
            id=number,
            key=key,
            status=Status(status),
            starts_at=instant(starts),
            ends_at=instant(ends),
            incident=incident,
        )
        for number, key, status, starts, ends, incident in bulk.select_in(
            tx, _CURRENT, alerts.c.current_key, keys
        )
    }


def begin(
    tx: Connection, new: Sequence[tuple[Alert, Episode]], now: datetime, *, stored: Collection[str]
) -> None:
    """Stores new episodes; those `stored` before them are the newest of their alert no longer."""
    keys = [(None, episode.key) for _, episode in new if episode.key in stored]
    bulk.update_many(tx, alerts, ("current_key",), ("current_key",), keys)
    bulk.insert_many(tx, alerts, _INSERTED, [_row(*one, one[1].key, now) for one in new])


def pass_by(tx: Connection, passed: Sequence[tuple[Alert, Episode]], now: datetime) -> None:
    """Stores episodes that began and ended, and were followed by others, at once."""
    bulk.insert_many(tx, alerts, _INSERTED, [_row(*one, None, now) for one in passed])


def had(tx: Connection, incident: int, alert: Alert) -> bool:
    """Whether any episode of this alert is the incident's."""
    statement = (
        select(alerts.c.id)
        .where(
            alerts.c.incident_id == incident,
            alerts.c.fingerprint == alert.fingerprint,
            alerts.c.source == alert.source,
        )
        .limit(1)
    )
    return tx.execute(statement).one_or_none() is not None


def _row(alert: Alert, episode: Episode, key: str | None, now: datetime) -> tuple[Any, ...]:
    received = micros(now)
    return (
        key, alert.source, alert.fingerprint, episode.status.value,
        dumps(alert.labels), dumps(alert.annotations),
        micros(episode.starts_at), micros(episode.ends_at),
        alert.generator_url, alert.group_key, episode.component, episode.incident,
        received, received,
    )  # fmt: skip


def end(tx: Connection, ended: Sequence[Episode]) -> None:
    rows = [(one.status.value, micros(one.ends_at), one.key, one.id) for one in ended]
    bulk.update_many(tx, alerts, ("status", "ends_at"), ("current_key", "id"), rows)


def touch(tx: Connection, last_seen: dict[int, datetime]) -> None:
    """Notes when alerts were last heard of; written lazily, it decides nothing."""
    rows = [(micros(at), number) for number, at in sorted(last_seen.items())]  # no deadlocks
    bulk.update_many(tx, alerts, ("last_seen_at",), ("id",), rows)


def of_incident(
    tx: Connection, incident: int, *, after: int = 0, limit: int = 200
) -> list[StoredAlert]:
    statement = (
        select(alerts)
        .where(alerts.c.incident_id == incident, alerts.c.id > after)
        .order_by(alerts.c.id)
        .limit(limit)
    )
    return [stored(row) for row in tx.execute(statement)]


def by_numbers(tx: Connection, numbers: Collection[int]) -> list[StoredAlert]:
    statement = select(alerts).where(alerts.c.id.in_(numbers)).order_by(alerts.c.id)
    return [stored(row) for row in tx.execute(statement)]


def telling(tx: Connection, incident: int, limit: int) -> list[StoredAlert]:
    """Each alert's last episode in the incident: firing before resolved, the earliest first."""
    last = (
        select(func.max(alerts.c.id))
        .where(alerts.c.incident_id == incident)
        .group_by(alerts.c.source, alerts.c.fingerprint)
    )
    statement = (
        select(alerts)
        .where(alerts.c.id.in_(last))
        .order_by(
            case((alerts.c.status == Status.FIRING.value, 0), else_=1),
            alerts.c.starts_at,
            alerts.c.id,
        )
        .limit(limit)
    )
    return [stored(row) for row in tx.execute(statement)]


def tally(tx: Connection, incident: int) -> tuple[int, int]:
    """(firing, total) distinct alerts of an incident."""
    statement = select(
        func.count(distinct(case((alerts.c.status == Status.FIRING.value, alerts.c.fingerprint)))),
        func.count(distinct(alerts.c.fingerprint)),
    ).where(alerts.c.incident_id == incident)
    firing, total = tx.execute(statement).one()
    return firing, total


def fired_since(tx: Connection, incident: int, at: datetime) -> datetime | None:
    """When the first of those that fired at that time had begun; `None` where none did."""
    then = alerts.c.starts_at <= micros(at)
    still = or_(alerts.c.ends_at.is_(None), alerts.c.ends_at > micros(at))
    first = select(func.min(alerts.c.starts_at)).where(alerts.c.incident_id == incident)
    return instant(tx.execute(first.where(then, still)).scalar())


def last_ended(tx: Connection, incident: int, at: datetime) -> datetime | None:
    """When the last of those that were over by then had ended; `None` where none was."""
    over = alerts.c.ends_at <= micros(at)
    last = select(func.max(alerts.c.ends_at)).where(alerts.c.incident_id == incident, over)
    return instant(tx.execute(last).scalar())


def move(tx: Connection, source: int, target: int) -> None:
    """Gives all alerts of one incident to another."""
    tx.execute(update(alerts).where(alerts.c.incident_id == source).values(incident_id=target))


def move_some(tx: Connection, numbers: Collection[int], target: int) -> None:
    bulk.update_many(tx, alerts, ("incident_id",), ("id",), [(target, one) for one in numbers])


def stored(row: Row[Any]) -> StoredAlert:
    return StoredAlert(
        id=row.id,
        source=row.source,
        fingerprint=row.fingerprint,
        status=Status(row.status),
        labels=loads(row.labels_json),
        annotations=loads(row.annotations_json),
        starts_at=instant(row.starts_at),
        ends_at=instant(row.ends_at),
        generator_url=row.generator_url,
    )
