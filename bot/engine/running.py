"""Which runs this process has in hand."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Running:
    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._fewer = threading.Condition()

    @contextmanager
    def counted(self, run: str) -> Iterator[None]:
        with self._fewer:
            self._counts[run] += 1
        try:
            yield
        finally:
            with self._fewer:
                self._counts -= Counter([run])
                self._fewer.notify_all()

    def none_within(self, seconds: float) -> bool:
        """Waits so long for the last one to end; whether it did."""
        with self._fewer:
            return self._fewer.wait_for(lambda: not self._counts, seconds)

    def names(self) -> list[str]:
        with self._fewer:
            return sorted(self._counts)
