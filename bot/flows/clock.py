"""What is due by the clock alone: quiet incidents resolve, notes of what was done long ago go.

A quiet incident is also due as soon as its last operation is over: the next turn resolves it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.incidents import receive
from bot.flows.leader import Leader
from bot.store import calls, deliveries, duties, incidents, operations
from bot.store.database import Conflict, Database

EVERY = 1.0  # seconds
TIDY_EVERY = timedelta(hours=1)


class Clock:
    def __init__(
        self, db: Database, now: Callable[[], datetime], changed: Callable[[], None]
    ) -> None:
        self._db, self._now, self._changed = db, now, changed
        self._leader = Leader(db, "clock", now)
        self._tidy_at = now() + TIDY_EVERY

    def turn(self) -> float:
        if not self._leader.leads():
            return EVERY
        now = self._now()
        with self._db.read() as tx:
            due = incidents.quiet_due(tx, now)
            unfinished = operations.unfinished(tx) if due else {}
        for incident in due:
            if receive.quiet(incident, now, unfinished.get(incident.id, ())):
                self._move(incident.id, now)
        if now >= self._tidy_at:
            with self._db.write() as tx:
                for rows in (deliveries, calls, duties):
                    rows.forget_old(tx, now)
            self._tidy_at = now + TIDY_EVERY
        return EVERY

    def stop(self) -> None:
        self._leader.resign()

    def _move(self, number: int, now: datetime) -> None:
        try:
            with self._db.write() as tx:
                incident = incidents.find(tx, number)
                # After the incident, whose version every move of an operation counts up.
                unfinished = operations.unfinished(tx).get(number, ())
                change = receive.quiet(incident, now, unfinished) if incident else None
                if change is None:
                    return
                incidents.apply(tx, [change])
        except Conflict:
            return  # it changed just now: the next turn looks again
        self._changed()
