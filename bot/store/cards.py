"""Cards as rows: which are behind their incidents, which posts may be under way, where each stands.

`shown_version` lives on the incident, so that "behind" is a partial index and the intake writes
nothing more; all else about a card is written by the card loop alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, case, exists, func, or_, select, update

from bot.store import bulk
from bot.store.codec import instant, micros
from bot.store.tables import UNPOSTED, UNSHOWN, cards, incidents

_NEVER, _DELETED = 0, -1
_COMPANY = timedelta(seconds=60)  # the longest that quiet news wait
_INTENDED = ("incident_id", "card_channel", "card_intent", "intent_at", "failures")


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """`ts` is `None` until the post is known to have happened."""

    incident: int
    version: int
    channel: str | None
    ts: str | None
    intent: str | None
    intent_at: datetime | None
    failures: int


class Pending(NamedTuple):
    """Whether there are posts under way, cards to post, cards to edit, threads to look at."""

    flying: bool
    unposted: bool
    unshown: bool
    news: bool

    @property
    def anything(self) -> bool:
        return any(self)


_CARD = select(
    incidents.c.id,
    incidents.c.version,
    cards.c.card_channel,
    cards.c.card_ts,
    cards.c.card_intent,
    cards.c.intent_at,
    cards.c.failures,
)


def behind(
    tx: Connection, now: datetime, *, posted: bool, limit: int, but: Collection[int] = ()
) -> list[Card]:
    """Those to edit (`posted`) or to post that may be tried now: most severe first, oldest next.

    A card whose post may be under way is neither. `but` names some to leave out.
    """
    due = or_(cards.c.retry_at.is_(None), cards.c.retry_at <= micros(now))
    statement = (
        _CARD.select_from(incidents.outerjoin(cards))
        .where(UNSHOWN if posted else UNPOSTED, due, cards.c.intent_at.is_(None))
        .order_by(incidents.c.severity, incidents.c.id)
        .limit(limit)
    )
    if but:
        statement = statement.where(incidents.c.id.not_in(but))
    return [_card(row) for row in tx.execute(statement)]


def in_flight(tx: Connection) -> list[Card]:
    """Those whose post was begun and is not known to have ended."""
    statement = _CARD.select_from(cards.join(incidents)).where(cards.c.intent_at.is_not(None))
    return [_card(row) for row in tx.execute(statement.order_by(cards.c.intent_at))]


def find(tx: Connection, incident: int) -> Card | None:
    statement = _CARD.select_from(cards.join(incidents)).where(incidents.c.id == incident)
    row = tx.execute(statement).one_or_none()
    return None if row is None else _card(row)


def pending(tx: Connection) -> Pending:
    """One quick look, so that a turn with nothing to do costs next to nothing."""
    which = select(
        exists().where(cards.c.intent_at.is_not(None)),
        exists(select(1).select_from(incidents).where(UNPOSTED)),
        exists(select(1).select_from(incidents).where(UNSHOWN)),
        exists().where(cards.c.thread_at.is_not(None)),
    )
    return Pending._make(tx.execute(which).one())


def unposted(tx: Connection) -> tuple[int, datetime | None]:
    """How many cards were not posted yet, and when the oldest of their incidents was opened."""
    opened = case((incidents.c.shown_version == _NEVER, incidents.c.opened_at))
    count, oldest = tx.execute(select(func.count(), func.min(opened)).where(UNPOSTED)).one()
    return count, instant(oldest)


def unshown(tx: Connection) -> set[int]:
    """The incidents whose standing cards show an older version."""
    return set(tx.execute(select(incidents.c.id).where(UNSHOWN)).scalars())


def intend(tx: Connection, incident: int, channel: str, intent: str, now: datetime) -> None:
    """Before a post: from here on it may have happened."""
    changed = ("card_channel", "card_intent", "intent_at")
    values = (channel, intent, micros(now), incident)
    if not bulk.update_many(tx, cards, changed, ("incident_id",), [values]):
        row = (incident, channel, intent, micros(now), 0)
        bulk.insert_many(tx, cards, _INTENDED, [row])


def not_sent(tx: Connection, incident: int, intent: str) -> None:
    """The post is known not to have happened."""
    _update(tx, incident, cards.c.card_intent == intent, intent_at=None)


def posted(tx: Connection, incident: int, intent: str, ts: str) -> bool:
    """Where it stands; False where somebody else's post of it is known already."""
    mine = (cards.c.card_ts.is_(None), cards.c.card_intent == intent)
    return _update(tx, incident, *mine, card_ts=ts, intent_at=None)


def shown(tx: Connection, incident: int, version: int, now: datetime) -> None:
    """The card says this version; whatever is new in it may be told in its thread.

    At once: what is new may be a call for help, while quiet news wait there for company. Only a
    thread that Slack refused is left alone for as long as it was put off.
    """
    tx.execute(update(incidents).where(incidents.c.id == incident).values(shown_version=version))
    put_off = cards.c.thread_at > micros(now + _COMPANY)
    news = case((put_off, cards.c.thread_at), else_=micros(now))
    _update(tx, incident, failures=0, retry_at=None, thread_at=news)


def vanished(tx: Connection, incident: int, ts: str) -> None:
    """The message is gone: the card is to be posted anew."""
    stood = cards.c.card_ts == ts
    if _update(tx, incident, stood, card_ts=None, card_intent=None, intent_at=None):
        tx.execute(
            update(incidents).where(incidents.c.id == incident).values(shown_version=_DELETED)
        )


def failed(tx: Connection, card: Card, channel: str, retry_at: datetime) -> None:
    """Not now, and not before `retry_at`."""
    later = micros(retry_at)
    if not _update(tx, card.incident, failures=card.failures + 1, retry_at=later):
        columns = ("incident_id", "card_channel", "failures", "retry_at")
        bulk.insert_many(tx, cards, columns, [(card.incident, channel, 1, later)])


def _update(tx: Connection, incident: int, *conditions: ColumnElement[bool], **values: Any) -> bool:
    statement = update(cards).where(cards.c.incident_id == incident, *conditions).values(**values)
    return bool(tx.execute(statement).rowcount)


def _card(row: Any) -> Card:
    return Card(
        incident=row.id,
        version=row.version,
        channel=row.card_channel,
        ts=row.card_ts,
        intent=row.card_intent,
        intent_at=instant(row.intent_at),
        failures=row.failures or 0,
    )
