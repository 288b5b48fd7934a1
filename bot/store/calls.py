"""Calls for a person: wanted in the transaction that needs one, made by a loop, once by key."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from bot.store.codec import micros
from bot.store.tables import calls

# After that a key may call again: what still stands then, a freeze say, is told once more.
KEEP = timedelta(days=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    key: str
    incident: int
    level: int
    text: str
    failures: int


def want(tx: Connection, *, key: str, incident: int, level: int, text: str, now: datetime) -> bool:
    """False where it was wanted before."""
    if tx.execute(select(calls.c.key).where(calls.c.key == key)).first() is not None:
        return False
    tx.execute(
        insert(calls).values(
            key=key,
            incident_id=incident,
            level=level,
            text=text,
            wanted_at=micros(now),
            failures=0,
        )
    )
    return True


def due(tx: Connection, now: datetime, limit: int = 20) -> list[Call]:
    statement = (
        select(calls)
        .where(
            calls.c.receipt.is_(None),
            or_(calls.c.retry_at.is_(None), calls.c.retry_at <= micros(now)),
        )
        .order_by(calls.c.wanted_at)
        .limit(limit)
    )
    return [
        Call(
            key=row.key,
            incident=row.incident_id,
            level=row.level,
            text=row.text,
            failures=row.failures,
        )
        for row in tx.execute(statement)
    ]


def move(tx: Connection, source: int, target: int) -> None:
    """Those that are still to be made are made on another incident."""
    moved = update(calls).where(calls.c.incident_id == source, calls.c.receipt.is_(None))
    tx.execute(moved.values(incident_id=target))


def made(tx: Connection, key: str, receipt: str) -> bool:
    """False where it was made already."""
    settled = tx.execute(
        update(calls).where(calls.c.key == key, calls.c.receipt.is_(None)).values(receipt=receipt)
    )
    return settled.rowcount == 1


def try_later(tx: Connection, call: Call, at: datetime) -> None:
    tx.execute(
        update(calls)
        .where(calls.c.key == call.key, calls.c.receipt.is_(None))
        .values(failures=call.failures + 1, retry_at=micros(at))
    )


def forget_old(tx: Connection, now: datetime) -> None:
    """Those that were made; one that could not be made yet is never given up."""
    tx.execute(
        delete(calls).where(calls.c.receipt.is_not(None), calls.c.wanted_at < micros(now - KEEP))
    )
