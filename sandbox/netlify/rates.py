"""Netlify's bound on requests: so many in a minute, counted anew every minute."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

A_MINUTE = 500
WINDOW_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """`reset` is when the count starts anew, in seconds since 1970."""

    limit: int
    remaining: int
    reset: int
    exceeded: bool

    def headers(self) -> dict[str, str]:
        """Netlify tells all three on every answer, and no Retry-After even on a 429."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset),
        }


class Meter:
    """`clock` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float], limit: int = A_MINUTE) -> None:
        self.limit = limit
        self._clock = clock
        self._lock = Lock()
        self._window = 0
        self._used = 0

    def count(self) -> Allowance:
        with self._lock:
            window = int(self._clock()) // WINDOW_SECONDS
            self._used = self._used + 1 if window == self._window else 1
            self._window = window
            return Allowance(
                limit=self.limit,
                remaining=max(0, self.limit - self._used),
                reset=(window + 1) * WINDOW_SECONDS,
                exceeded=self._used > self.limit,
            )
