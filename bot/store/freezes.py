"""Components whose deploys stand still, by whom and why, and when to remind of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from bot.store.codec import instant, micros
from bot.store.tables import freezes


@dataclass(frozen=True, kw_only=True, slots=True)
class Freeze:
    environment: str
    component: str
    operation: int
    incident: int
    actor: str
    why: str
    at: datetime
    remind_at: datetime


def put(tx: Connection, freeze: Freeze) -> None:
    """In place of what stood there."""
    lift(tx, freeze.environment, (freeze.component,))
    tx.execute(
        insert(freezes).values(
            environment=freeze.environment,
            component=freeze.component,
            operation_id=freeze.operation,
            incident_id=freeze.incident,
            actor=freeze.actor,
            why=freeze.why,
            at=micros(freeze.at),
            remind_at=micros(freeze.remind_at),
        )
    )


def move(tx: Connection, source: int, target: int) -> None:
    """Reminders of them go to another incident from now on."""
    moved = update(freezes).where(freezes.c.incident_id == source)
    tx.execute(moved.values(incident_id=target))


def lift(tx: Connection, environment: str, components: Collection[str]) -> None:
    tx.execute(
        delete(freezes).where(
            freezes.c.environment == environment, freezes.c.component.in_(components)
        )
    )


def standing(tx: Connection, environment: str | None = None) -> list[Freeze]:
    """All that stand, the oldest first."""
    statement = select(freezes).order_by(freezes.c.at, freezes.c.component)
    if environment is not None:
        statement = statement.where(freezes.c.environment == environment)
    return [
        Freeze(
            environment=row.environment,
            component=row.component,
            operation=row.operation_id,
            incident=row.incident_id,
            actor=row.actor,
            why=row.why,
            at=instant(row.at),
            remind_at=instant(row.remind_at),
        )
        for row in tx.execute(statement)
    ]


def remind_again(tx: Connection, freeze: Freeze, at: datetime) -> bool:
    """False where somebody reminded, or lifted it, meanwhile."""
    moved = tx.execute(
        update(freezes)
        .where(
            freezes.c.environment == freeze.environment,
            freezes.c.component == freeze.component,
            freezes.c.remind_at == micros(freeze.remind_at),
        )
        .values(remind_at=micros(at))
    )
    return moved.rowcount == 1
