"""Silences that people asked for, as rows, until Alertmanager has them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, or_, select, update

from bot.ports.silences import Silence
from bot.store.codec import dumps, instant, loads, micros
from bot.store.tables import silences

WANTED, MADE, FAILED = "wanted", "made", "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    number: int
    incident: int | None
    failures: int
    silence: Silence


def want(tx: Connection, silence: Silence, incident: int | None) -> None:
    """Asks for the silence; a loop makes it in Alertmanager, once, by its key."""
    tx.execute(
        insert(silences).values(
            incident_id=incident,
            key=silence.key,
            matchers_json=dumps(silence.matchers),
            starts_at=micros(silence.starts_at),
            ends_at=micros(silence.ends_at),
            actor=silence.created_by,
            comment=silence.comment,
            state=WANTED,
            failures=0,
        )
    )


def due(tx: Connection, now: datetime, limit: int = 20) -> list[Wanted]:
    statement = (
        select(silences)
        .where(
            silences.c.state == WANTED,
            or_(silences.c.retry_at.is_(None), silences.c.retry_at <= micros(now)),
        )
        .order_by(silences.c.id)
        .limit(limit)
    )
    return [
        Wanted(
            number=row.id,
            incident=row.incident_id,
            failures=row.failures,
            silence=Silence(
                key=row.key,
                matchers=loads(row.matchers_json),
                starts_at=instant(row.starts_at),
                ends_at=instant(row.ends_at),
                created_by=row.actor,
                comment=row.comment,
            ),
        )
        for row in tx.execute(statement)
    ]


def made(tx: Connection, number: int, vendor_id: str) -> bool:
    """Notes Alertmanager's id; False where it was noted already."""
    return _settle(tx, number, MADE, vendor_id)


def failed(tx: Connection, number: int) -> bool:
    return _settle(tx, number, FAILED, None)


def try_later(tx: Connection, number: int, failures: int, at: datetime) -> None:
    tx.execute(
        update(silences)
        .where(silences.c.id == number)
        .values(failures=failures, retry_at=micros(at))
    )


def _settle(tx: Connection, number: int, state: str, vendor_id: str | None) -> bool:
    settled = tx.execute(
        update(silences)
        .where(silences.c.id == number, silences.c.state == WANTED)
        .values(state=state, vendor_id=vendor_id)
    )
    return settled.rowcount == 1
