"""One leader a loop: a row that says who leads and until when, the same on both databases."""

import os
import socket
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.store import leases
from bot.store.database import Conflict, Database

TTL = timedelta(seconds=10)
RENEW_AFTER = timedelta(seconds=3)

# This process, once: two replicas on one host, or one started again, are different owners.
OWNER = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


class Leader:
    """Answers whether this process may act for `name` now; renews its lease as it is asked."""

    def __init__(
        self, db: Database, name: str, now: Callable[[], datetime], owner: str = OWNER
    ) -> None:
        self._db, self._name, self._now, self._owner = db, name, now, owner
        self._until: datetime | None = None

    def leads(self) -> bool:
        now = self._now()
        if self._until is not None and now < self._until - TTL + RENEW_AFTER:
            return True
        try:
            with self._db.write() as tx:
                won = leases.take(tx, self._name, self._owner, now, now + TTL)
        except Conflict:
            won = False
        self._until = now + TTL if won else None
        return won

    def resign(self) -> None:
        """Lets the next one lead at once."""
        with self._db.write() as tx:
            leases.release(tx, self._name, self._owner)
        self._until = None
