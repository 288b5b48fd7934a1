"""Which runs this process has in hand: each at most once, whatever the engine dispatches."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bot.engine.parked import Parked


class Running:
    def __init__(self) -> None:
        self._runs: set[str] = set()
        self._fewer = threading.Condition()

    @contextmanager
    def in_hand(self, run: str) -> Iterator[None]:
        """Parks where an execution of the same run has not let go yet."""
        with self._fewer:
            if run in self._runs:
                raise Parked(run)
            self._runs.add(run)
        try:
            yield
        finally:
            with self._fewer:
                self._runs.discard(run)
                self._fewer.notify_all()

    def none_within(self, seconds: float) -> bool:
        """Waits so long for the last one to end; whether it did."""
        with self._fewer:
            return self._fewer.wait_for(lambda: not self._runs, seconds)

    def names(self) -> frozenset[str]:
        with self._fewer:
            return frozenset(self._runs)
