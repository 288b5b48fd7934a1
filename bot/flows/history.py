"""Who asked for how much lately, in memory: a restart forgives."""

import threading
from datetime import datetime

from bot.domain.errors import Refused
from bot.domain.limits import Limit, recent, wait

_MANY = 1000  # people


class History:
    """One kind of asking, counted by person."""

    def __init__(self, limit: Limit, what: str, way_out: str = "") -> None:
        """`way_out` says in words what goes all the same."""
        self._limit, self._what, self._way_out = limit, what, way_out
        self._asked: dict[str, list[datetime]] = {}
        self._lock = threading.Lock()

    def spend(self, who: str, now: datetime) -> None:
        """Counts one more; raises `Refused` where that would be one too many."""
        with self._lock:
            history = self._asked.get(who, [])
            left = wait(history, self._limit, now)
            if left:
                seconds = int(left.total_seconds()) + 1
                minutes = int(self._limit.within.total_seconds()) // 60
                within = "a minute" if minutes == 1 else f"{minutes} minutes"
                raise Refused(
                    f"That would be more than {self._limit.most} {self._what} in {within}.",
                    f"Try again in {seconds} s{self._way_out}.",
                )
            self._asked[who] = [*recent(history, self._limit, now), now]
            if len(self._asked) > _MANY:
                self._forget(now)

    def give_back(self, who: str, at: datetime) -> None:
        """What was refused was not had."""
        with self._lock:
            history = self._asked.get(who, [])
            if at in history:
                history.remove(at)

    def _forget(self, now: datetime) -> None:
        for who, history in list(self._asked.items()):
            if not recent(history, self._limit, now):
                del self._asked[who]
