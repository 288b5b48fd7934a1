"""What operations leave to be done later, each with its time: done once, however often tried."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from bot.store.codec import dumps, instant, loads, micros
from bot.store.tables import duties, operations

KEEP = timedelta(days=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    number: int
    operation: int
    name: str
    action: str
    args: dict[str, Any]
    due_at: datetime
    failures: int


def leave(
    tx: Connection,
    operation: int,
    name: str,
    *,
    action: str,
    args: dict[str, Any],
    due_at: datetime,
) -> None:
    """Once by its name; a replay leaves nothing twice."""
    known = select(duties.c.id).where(duties.c.operation_id == operation, duties.c.name == name)
    if tx.execute(known).first() is None:
        tx.execute(
            insert(duties).values(
                operation_id=operation,
                name=name,
                action=action,
                args_json=dumps(args),
                due_at=micros(due_at),
                failures=0,
            )
        )


def due(tx: Connection, now: datetime, limit: int = 20) -> list[Duty]:
    statement = (
        select(duties)
        .where(duties.c.done_at.is_(None), duties.c.due_at <= micros(now))
        .order_by(duties.c.due_at)
        .limit(limit)
    )
    return [_duty(row) for row in tx.execute(statement)]


def called(tx: Connection, name: str, environment: str) -> list[Duty]:
    """Those of this name that are still to be done, whichever operation of there left them."""
    statement = (
        select(duties)
        .join(operations, operations.c.id == duties.c.operation_id)
        .where(
            duties.c.done_at.is_(None),
            duties.c.name == name,
            operations.c.environment == environment,
        )
    )
    return [_duty(row) for row in tx.execute(statement)]


def left_again(tx: Connection, duty: Duty) -> int | None:
    """The later operation that left the very same to be done, at its own time."""
    statement = select(duties.c.operation_id).where(
        duties.c.id > duty.number,
        duties.c.done_at.is_(None),
        duties.c.action == duty.action,
        duties.c.args_json == dumps(duty.args),
    )
    return tx.execute(statement.order_by(duties.c.id).limit(1)).scalar()


def put_off(tx: Connection, duty: Duty, at: datetime) -> bool:
    """Without a failure: it was not tried. False where somebody put it off, or did it, before."""
    moved = tx.execute(
        update(duties)
        .where(
            duties.c.id == duty.number,
            duties.c.done_at.is_(None),
            duties.c.due_at == micros(duty.due_at),
        )
        .values(due_at=micros(at))
    )
    return moved.rowcount == 1


def done(tx: Connection, number: int, now: datetime) -> bool:
    """False where it was done already."""
    settled = tx.execute(
        update(duties)
        .where(duties.c.id == number, duties.c.done_at.is_(None))
        .values(done_at=micros(now))
    )
    return settled.rowcount == 1


def try_later(tx: Connection, duty: Duty, at: datetime) -> None:
    tx.execute(
        update(duties)
        .where(duties.c.id == duty.number, duties.c.done_at.is_(None))
        .values(failures=duty.failures + 1, due_at=micros(at))
    )


def _duty(row: Row[Any]) -> Duty:
    return Duty(
        number=row.id,
        operation=row.operation_id,
        name=row.name,
        action=row.action,
        args=loads(row.args_json),
        due_at=instant(row.due_at),
        failures=row.failures,
    )


def forget_old(tx: Connection, now: datetime) -> None:
    """Those that are done, but never the newest: SQLite would give its number to another one."""
    newest = select(func.max(duties.c.id)).scalar_subquery()
    tx.execute(delete(duties).where(duties.c.done_at < micros(now - KEEP), duties.c.id < newest))
