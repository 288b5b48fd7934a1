"""Which operation holds which component: one at a time, taken all or none."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from bot.store.codec import instant, micros
from bot.store.tables import locks


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    component: str
    operation: int
    since: datetime


def held(tx: Connection, environment: str, components: Collection[str], *, but: int) -> list[Held]:
    """Those of the components that an operation other than `but` holds."""
    statement = select(locks).where(
        locks.c.environment == environment,
        locks.c.component.in_(components),
        locks.c.operation_id != but,
    )
    return [
        Held(component=row.component, operation=row.operation_id, since=instant(row.at))
        for row in tx.execute(statement)
    ]


def take(
    tx: Connection, operation: int, environment: str, components: Collection[str], now: datetime
) -> None:
    """For an operation that holds none; a faster one's lock is a `Conflict`, and all undone."""
    rows = [
        {
            "environment": environment,
            "component": component,
            "operation_id": operation,
            "at": micros(now),
        }
        for component in sorted(components)
    ]
    tx.execute(insert(locks), rows)


def release(tx: Connection, operation: int) -> None:
    tx.execute(delete(locks).where(locks.c.operation_id == operation))
