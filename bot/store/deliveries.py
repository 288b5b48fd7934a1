"""Which deliveries were seen, so that each changes things once."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from bot.store.codec import micros
from bot.store.tables import seen

KEEP = timedelta(days=3)  # longer than any sender retries (PagerDuty: 48 h)


def first_time(tx: Connection, key: str, now: datetime) -> bool:
    """Notes the delivery; False where it was noted before. Two at once: one gets `Conflict`."""
    if tx.execute(select(seen.c.key).where(seen.c.key == key)).one_or_none() is not None:
        return False
    tx.execute(insert(seen).values(key=key, at=micros(now)))
    return True


def forget_old(tx: Connection, now: datetime) -> None:
    tx.execute(delete(seen).where(seen.c.at < micros(now - KEEP)))
