"""Incidents that only give an operation its card: nothing says that anything is wrong."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, and_, exists, not_, select

from bot.domain.incidents.declare import OCCASION
from bot.domain.incidents.timeline import BOT, Kind
from bot.store.codec import dumps
from bot.store.tables import entries, incidents

_MARK = dumps(OCCASION).strip("{}")
_REASONS = (Kind.REOPENED.value, Kind.MERGED.value)  # to stand, other than the operation
_OF_OPERATIONS = (Kind.OPENED.value, Kind.OPERATION.value)


def mere() -> ColumnElement[bool]:
    """A condition on an incident: an operation declared it, and no alert or other incident joined.

    One that was opened again is trouble too.
    """
    declared = _told(entries.c.kind == Kind.OPENED.value, entries.c.data_json.contains(_MARK))
    joined = _told(entries.c.kind.in_(_REASONS))
    return and_(incidents.c.alerts_total == 0, declared, not_(joined))


def among(tx: Connection, numbers: Collection[int]) -> frozenset[int]:
    """Those of these incidents that are nothing more."""
    statement = select(incidents.c.id).where(incidents.c.id.in_(numbers), mere())
    return frozenset(tx.execute(statement).scalars())


def taken_up(tx: Connection, number: int) -> bool:
    """Whether a person did or said anything there that is not about an operation."""
    theirs = and_(entries.c.actor != BOT, entries.c.kind.not_in(_OF_OPERATIONS))
    statement = select(entries.c.id).where(entries.c.incident_id == number, theirs).limit(1)
    return tx.execute(statement).one_or_none() is not None


def _told(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(entries.c.id).where(entries.c.incident_id == incidents.c.id, *conditions))
