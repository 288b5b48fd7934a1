"""How far the cards are behind their incidents: what the metrics and `/readyz` tell of them."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.store import cards
from bot.store.database import Database

MANY = 500
_NOT_AGAIN_BEFORE = timedelta(seconds=1)


class Behind:
    """`count` cards wait. Of a standing card we know since when from having seen it wait."""

    def __init__(self, db: Database, now: Callable[[], datetime]) -> None:
        self._db, self._now = db, now
        self._unshown: dict[int, datetime] = {}
        self._unposted = 0
        self._oldest: datetime | None = None
        self._looked_at: datetime | None = None
        self._known = False

    @property
    def count(self) -> int:
        return self._unposted + len(self._unshown)

    @property
    def standing(self) -> int:
        """How many cards wait for an edit."""
        return len(self._unshown)

    def lag(self) -> float:
        """The age of the oldest change that its card does not show, in seconds."""
        since = [*self._unshown.values(), *([self._oldest] if self._oldest else [])]
        return max((self._now() - min(since)).total_seconds(), 0.0) if since else 0.0

    def begin(self) -> None:
        """A turn begins: what was known may be over."""
        self._known = False

    def nothing(self) -> None:
        """Nothing waits: there is no need to look."""
        self._unshown, self._unposted, self._oldest, self._known = {}, 0, None, True

    def look(self) -> None:
        """Counts anew; when there are many, not all the time."""
        now = self._now()
        lately = self._looked_at is not None and now < self._looked_at + _NOT_AGAIN_BEFORE
        if self._known or (lately and self.count > MANY):
            return
        self._looked_at = now
        with self._db.read() as tx:
            self._unposted, opened = cards.unposted(tx)
            numbers = cards.unshown(tx)
        deleted_only = now if self._unposted else None
        self._oldest = opened or deleted_only
        self._unshown = {number: self._unshown.get(number, now) for number in numbers}
