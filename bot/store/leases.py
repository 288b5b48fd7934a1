"""Leases: a name, who holds it, until when."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, update

from bot.store.codec import micros
from bot.store.tables import leases


def take(tx: Connection, name: str, owner: str, now: datetime, until: datetime) -> bool:
    """Takes or renews the lease; False where another holds it. Two at once: one gets `Conflict`."""
    renewed = tx.execute(
        update(leases)
        .where(leases.c.name == name, or_(leases.c.owner == owner, leases.c.until < micros(now)))
        .values(owner=owner, until=micros(until))
    ).rowcount
    if renewed:
        return True
    held = tx.execute(leases.select().where(leases.c.name == name)).one_or_none()
    if held is not None:
        return False
    tx.execute(insert(leases).values(name=name, owner=owner, until=micros(until)))
    return True


def release(tx: Connection, name: str, owner: str) -> None:
    tx.execute(delete(leases).where(leases.c.name == name, leases.c.owner == owner))


def forget_all(tx: Connection) -> None:
    """For a process that is alone with its database: whoever held them is gone."""
    tx.execute(delete(leases))
