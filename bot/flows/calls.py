"""Makes the calls for a person that were wanted, through whatever pager there is."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.errors import GiveUp, Unavailable
from bot.domain.incidents.budget import backoff
from bot.flows.leader import Leader
from bot.ports.pager import Pager
from bot.store import calls
from bot.store.calls import Call
from bot.store.database import Database

EVERY = 2.0  # seconds; a change wakes it at once
_FIRST, _MOST = 2.0, 60.0


class CallLoop:
    """`problem` says what keeps a call from being made, if anything does."""

    def __init__(self, db: Database, pager: Pager, now: Callable[[], datetime]) -> None:
        self._db, self._pager, self._now = db, pager, now
        self._leader = Leader(db, "calls", now)
        self.problem: str | None = None

    def turn(self) -> float:
        if not self._leader.leads():
            self.problem = None  # it is another replica's to have now
            return EVERY
        with self._db.read() as tx:
            due = calls.due(tx, self._now())
        for call in due:
            self._make(call)
        return EVERY

    def stop(self) -> None:
        self._leader.resign()

    def _make(self, call: Call) -> None:
        try:
            self._pager.call(call.incident, call.level, call.text, call.key)
        except (Unavailable, GiveUp) as error:
            self.problem = str(error)
            pause = timedelta(seconds=backoff(call.failures + 1, first=_FIRST, most=_MOST))
            with self._db.write() as tx:
                calls.try_later(tx, call, self._now() + pause)
        else:
            self.problem = None
            with self._db.write() as tx:
                calls.made(tx, call.key, "made")
