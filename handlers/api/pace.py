"""How fast one caller may ask: a bucket that fills again while nobody draws from it."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Pace:
    """`burst` requests at once, then `per_minute`; kept in memory, so each replica counts alone."""

    per_minute: float
    burst: int
    clock: Callable[[], float] = time.monotonic
    most_callers: int = 10_000
    _levels: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def callers(self) -> int:
        """How many it remembers."""
        return len(self._levels)

    def wait(self, caller: str) -> int:
        """0 where the caller may go on (and this counts), else the seconds to wait."""
        with self._lock:
            now = self.clock()
            level = self._level(caller, now)
            if level < 1:
                return math.ceil((1 - level) * 60 / self.per_minute)
            if len(self._levels) >= self.most_callers:
                self._forget(now)
            self._levels[caller] = (level - 1, now)
            return 0

    def _level(self, caller: str, now: float) -> float:
        level, at = self._levels.get(caller, (float(self.burst), now))
        return min(self.burst, level + (now - at) * self.per_minute / 60)

    def _forget(self, now: float) -> None:
        """Callers whose bucket is full again are as good as new."""
        full = [one for one in self._levels if self._level(one, now) >= self.burst]
        for one in full:
            del self._levels[one]
