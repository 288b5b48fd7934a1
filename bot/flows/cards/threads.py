"""Tells a card's thread what happened: one message about all that is new, in order, once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from bot.cards.thread import QUIET, UNTOLD, is_quiet, thread_message
from bot.domain.errors import GiveUp, Refused
from bot.domain.ops_data.catalogue import Catalogue
from bot.flows.cards.desk import Desk
from bot.ports.chat import Mark, Message
from bot.ports.trouble import Gone, RateLimited
from bot.store import cards, incidents, threads
from bot.store.database import Database
from bot.store.threads import Line, News, Thread

log = structlog.get_logger()
BATCH = 20
COMPANY = timedelta(seconds=60)
"""How long after a line quiet news wait for more of their kind."""
_AFTER_REFUSAL = timedelta(minutes=5)


class ThreadLines:
    """Lines are healed as cards are: an intent first, then the post, then where it stands."""

    def __init__(
        self,
        *,
        db: Database,
        desk: Desk,
        catalogue: Callable[[], Catalogue],
        now: Callable[[], datetime],
        base_url: str,
    ) -> None:
        self._db, self._desk = db, desk
        self._catalogue, self._now, self._base_url = catalogue, now, base_url.rstrip("/")

    def turn(self, most: float) -> float:
        """Posts what is due and may be posted; seconds until more may be, at most `most`."""
        with self._db.read() as tx:
            found = threads.due(tx, self._now(), BATCH)
        for thread in found:
            wait = self._desk.wait_to_post(thread.channel)
            if wait > 0:
                return min(wait, most)
            self._tell(thread)
        with self._db.read() as tx:
            next_at = threads.next_at(tx)
        if next_at is None:
            return most
        return min(max((next_at - self._now()).total_seconds(), 0.0), most)

    def _tell(self, thread: Thread) -> None:
        with self._db.read() as tx:
            lines = threads.lines(tx, thread.incident)
            begun = lines[0] if lines and lines[0].ts is None else None
            told = [line for line in lines if line.ts is not None]
            after = told[0].last if told else 0
            news = threads.news(
                tx, thread.incident, after, untold=UNTOLD, quiet=QUIET,
                upto=begun.last if begun else None,
            )  # fmt: skip
        if begun is not None:
            if not self._found(thread, begun):
                self._post(thread, begun, news)
        elif not news.total:
            self._look_again(thread, None)
        elif told and self._may_wait(news, told[0]):
            self._look_again(thread, told[0].intent_at + COMPANY)
        else:
            line = Line(
                incident=thread.incident, last=news.last, intent=uuid4().hex,
                intent_at=self._now(), ts=None,
            )  # fmt: skip
            with self._db.write() as tx:
                threads.intend(tx, line)
            self._post(thread, line, news)

    def _may_wait(self, news: News, before: Line) -> bool:
        quiet = all(is_quiet(one.entry) for one in news.entries)
        return quiet and self._now() < before.intent_at + COMPANY

    def _found(self, thread: Thread, line: Line) -> bool:
        """False where a post that may have happened did not; further copies are deleted."""
        try:
            copies = self._desk.copies(
                thread.channel, line.intent_at, {line.intent}, thread=thread.ts
            )
        except Gone:
            self._vanished(thread, line)
            return True
        except Refused as error:
            log.warning("thread.refused", incident=thread.incident, why=str(error))
            self._look_again(thread, self._now() + _AFTER_REFUSAL)
            return True
        posted = copies.get(line.intent, [])
        for extra in posted[1:]:
            self._desk.delete(thread.channel, extra)
        if posted:
            with self._db.write() as tx:
                threads.posted(tx, line, posted[0])
        return bool(posted)

    def _post(self, thread: Thread, line: Line, news: News) -> None:
        mark = Mark(incident=f"INC-{thread.incident}", intent=line.intent)
        try:
            ts = self._desk.post(
                thread.channel, self._rendered(thread, news), mark, thread=thread.ts
            )
        except Gone:
            self._vanished(thread, line)
        except (RateLimited, GiveUp, Refused) as error:
            self._not_sent(thread, line, error)
        else:
            with self._db.write() as tx:
                ours = threads.posted(tx, line, ts)
            if not ours:  # another leader was faster
                self._desk.delete(thread.channel, ts)

    def _rendered(self, thread: Thread, news: News) -> Message:
        with self._db.read() as tx:
            incident = incidents.by_numbers(tx, (thread.incident,))[thread.incident]
        people = self._catalogue().people
        return thread_message(incident, news.entries, news.total, people, self._base_url)

    def _not_sent(self, thread: Thread, line: Line, error: Exception) -> None:
        with self._db.write() as tx:
            threads.not_sent(tx, line)
        if isinstance(error, GiveUp):
            raise error
        if isinstance(error, Refused):
            log.error("thread.refused", incident=thread.incident, why=str(error))
            self._look_again(thread, self._now() + _AFTER_REFUSAL)

    def _vanished(self, thread: Thread, line: Line) -> None:
        with self._db.write() as tx:
            threads.not_sent(tx, line)
            cards.vanished(tx, thread.incident, thread.ts)

    def _look_again(self, thread: Thread, at: datetime | None) -> None:
        with self._db.write() as tx:
            threads.look_again(tx, thread.incident, at)
