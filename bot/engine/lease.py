"""How a process among several knows that it still counts as alive.

A replica that cannot renew its lease keeps running but is not sure of its runs, until it can
again; one whose row is gone was declared dead and must end at once: its runs have another owner.
"""

import threading
import time
from collections.abc import Callable

from bot.store import replicas
from bot.store.database import Database

_BEATS_PER_TTL = 4
_WHILE_STARTING = 30.0  # seconds; before its start is over a replica owns no run


class Lease:
    """`ttl` in seconds; `die` is called once with why, and ends the process."""

    def __init__(self, db: Database, executor: str, ttl: float, die: Callable[[str], None]) -> None:
        self._db, self._executor, self._ttl, self._die = db, executor, ttl, die
        self._good_until = 0.0
        self._unbroken_since = 0.0
        # Whoever left must not take its own row's absence for a death sentence.
        self._left = False
        self._lock = threading.Lock()

    def enter(self) -> None:
        with self._db.write() as tx:
            replicas.enter(tx, self._executor, _WHILE_STARTING)
        self._unbroken_since = time.monotonic()

    def beat(self) -> float:
        """Seconds until the next one; raises `Unavailable` while the database is away."""
        asked = time.monotonic()
        with self._lock:
            if self._left:
                return self._ttl
            with self._db.write() as tx:
                alive = replicas.renew(tx, self._executor, self._ttl)
        if not alive:
            self._good_until = 0.0
            self._die("The other replicas declared this one dead.")
            return self._ttl
        if asked > self._good_until and self._good_until:
            self._unbroken_since = asked
        self._good_until = asked + self._ttl
        return self._ttl / _BEATS_PER_TTL

    def good(self) -> bool:
        return time.monotonic() < self._good_until

    def may_bury(self) -> bool:
        """Whether it renewed without a gap for so long that the others could have, too.

        So an outage of the database declares nobody dead.
        """
        return self.good() and time.monotonic() - self._unbroken_since >= self._ttl

    def leave(self) -> None:
        with self._lock:
            self._left = True
            with self._db.write() as tx:
                replicas.leave(tx, self._executor)
