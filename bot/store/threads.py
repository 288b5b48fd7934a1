"""A card's thread as rows: what it told so far, what is new, which post may be under way."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, select, update

from bot.domain.incidents.timeline import Kind, Numbered
from bot.store.codec import instant, micros
from bot.store.entries import numbered
from bot.store.tables import cards, entries, incidents, thread_lines

READ = 60  # more than a message holds


@dataclass(frozen=True, kw_only=True, slots=True)
class Thread:
    """Under the card that stands at `ts`."""

    incident: int
    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """It tells the entries up to number `last`; without a `ts` its post may be under way."""

    incident: int
    last: int
    intent: str
    intent_at: datetime
    ts: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """`total` new entries up to number `last`, and the ones worth naming among them."""

    entries: tuple[Numbered, ...]
    total: int
    last: int


def due(tx: Connection, now: datetime, limit: int) -> list[Thread]:
    """Threads of standing cards that may have news, the most severe first."""
    statement = (
        select(cards.c.incident_id, cards.c.card_channel, cards.c.card_ts)
        .select_from(cards.join(incidents))
        .where(cards.c.thread_at <= micros(now), cards.c.card_ts.is_not(None))
        .order_by(incidents.c.severity, incidents.c.id)
        .limit(limit)
    )
    return [
        Thread(incident=number, channel=channel, ts=ts)
        for number, channel, ts in tx.execute(statement)
    ]


def next_at(tx: Connection) -> datetime | None:
    """When the next thread is to be looked at."""
    found: int | None = tx.execute(
        select(func.min(cards.c.thread_at)).where(
            cards.c.thread_at.is_not(None), cards.c.card_ts.is_not(None)
        )
    ).scalar_one()
    return instant(found)


def look_again(tx: Connection, incident: int, at: datetime | None) -> None:
    """When to look next; `None`: not before its card has something new to say."""
    tx.execute(update(cards).where(cards.c.incident_id == incident).values(thread_at=micros(at)))


def lines(tx: Connection, incident: int, limit: int = 2) -> list[Line]:
    """The last lines, the newest first."""
    statement = (
        select(thread_lines)
        .where(thread_lines.c.incident_id == incident)
        .order_by(thread_lines.c.last_entry.desc())
        .limit(limit)
    )
    return [_line(row) for row in tx.execute(statement)]


def news(
    tx: Connection, incident: int, after: int, *, untold: Collection[Kind],
    quiet: Collection[Kind], upto: int | None = None,
) -> News:  # fmt: skip
    """What happened after entry `after` (up to `upto`), but for the kinds that are not told.

    Of many entries the first are read, those of `quiet` kinds last.
    """
    new = [
        entries.c.incident_id == incident,
        entries.c.id > after,
        entries.c.kind.not_in([kind.value for kind in untold]),
    ]
    if upto is not None:
        new.append(entries.c.id <= upto)
    total, last = tx.execute(select(func.count(), func.max(entries.c.id)).where(*new)).one()
    loudness = case((entries.c.kind.in_([kind.value for kind in quiet]), 1), else_=0)
    chosen = tx.execute(select(entries).where(*new).order_by(loudness, entries.c.id).limit(READ))
    told = sorted((numbered(row) for row in chosen), key=lambda one: one.number)
    return News(entries=tuple(told), total=total, last=last or after)


def intend(tx: Connection, line: Line) -> None:
    """Before a post; `Conflict` where another loop does the same."""
    tx.execute(
        insert(thread_lines).values(
            incident_id=line.incident,
            last_entry=line.last,
            intent=line.intent,
            intent_at=micros(line.intent_at),
            ts=None,
        )
    )


def posted(tx: Connection, line: Line, ts: str) -> bool:
    """Where it stands; False where somebody else's post of it is known already."""
    changed = update(thread_lines).where(
        thread_lines.c.intent == line.intent, thread_lines.c.ts.is_(None)
    )
    return bool(tx.execute(changed.values(ts=ts)).rowcount)


def not_sent(tx: Connection, line: Line) -> None:
    """The post is known not to have happened."""
    tx.execute(
        delete(thread_lines).where(
            thread_lines.c.intent == line.intent, thread_lines.c.ts.is_(None)
        )
    )


def _line(row: Any) -> Line:
    return Line(
        incident=row.incident_id,
        last=row.last_entry,
        intent=row.intent,
        intent_at=instant(row.intent_at),
        ts=row.ts,
    )
