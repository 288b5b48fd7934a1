"""The timeline as rows: appended, read, never changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.domain.incidents.timeline import Entry, Kind, Numbered
from bot.store import bulk
from bot.store.codec import dumps, instant, loads, micros
from bot.store.tables import entries, incidents

_COLUMNS = ("incident_id", "at", "kind", "actor", "text", "data_json")


def append(tx: Connection, new: Sequence[Entry]) -> None:
    rows = [
        (one.incident, micros(one.at), one.kind.value, one.actor, one.text, dumps(one.data))
        for one in new
    ]
    bulk.insert_many(tx, entries, _COLUMNS, rows)


def of_incident(
    tx: Connection, incident: int, *, after: int = 0, limit: int = 200
) -> list[Numbered]:
    """Oldest first, those after entry number `after`."""
    statement = (
        select(entries)
        .where(entries.c.incident_id == incident, entries.c.id > after)
        .order_by(entries.c.id)
        .limit(limit)
    )
    return [numbered(row) for row in tx.execute(statement)]


def latest(tx: Connection, incident: int, limit: int) -> list[Numbered]:
    """The last `limit`, oldest first."""
    statement = (
        select(entries)
        .where(entries.c.incident_id == incident)
        .order_by(entries.c.id.desc())
        .limit(limit)
    )
    return [numbered(row) for row in reversed(tx.execute(statement).all())]


def notes_since(tx: Connection, incident: int, since: datetime) -> list[Entry]:
    """What people wrote by hand since then, on it or on what was merged into it, oldest first."""
    both = select(incidents.c.id).where(incidents.c.id == incident).cte(recursive=True)
    both = both.union(select(incidents.c.id).where(incidents.c.merged_into == both.c.id))
    statement = (
        select(entries)
        .where(
            entries.c.incident_id.in_(select(both.c.id)),
            entries.c.kind == Kind.NOTE.value,
            entries.c.at >= micros(since),
        )
        .order_by(entries.c.id)
    )
    return [numbered(row).entry for row in tx.execute(statement)]


def numbered(row: Row[Any]) -> Numbered:
    entry = Entry(
        incident=row.incident_id,
        at=instant(row.at),
        kind=Kind(row.kind),
        actor=row.actor,
        text=row.text,
        data=loads(row.data_json),
    )
    return Numbered(row.id, entry)
