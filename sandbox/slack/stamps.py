"""Slack's names for things: message timestamps that never repeat, and short ids."""

import itertools
import secrets
from collections.abc import Callable


class Stamps:
    """Not thread-safe, its owner locks."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives seconds since 1970; it may stand still."""
        self.clock = clock
        self._last = 0
        self._counters: dict[str, itertools.count[int]] = {}

    def now(self) -> float:
        return self.clock()

    def ts(self) -> str:
        """The time in microseconds, moved on by one where the clock has not."""
        self._last = max(self._last + 1, int(self.clock() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def id(self, prefix: str) -> str:
        counter = self._counters.setdefault(prefix, itertools.count(1))
        return f"{prefix}{next(counter):06d}"

    def secret(self) -> str:
        return secrets.token_hex(12)
