"""Prometheus."""

from collections.abc import Sequence
from typing import Protocol


class Metrics(Protocol):
    """Prometheus. Several threads may ask at once."""

    def check(self) -> None:
        """Returns where Prometheus is ready to answer queries."""

    def ask(self, query: str) -> Sequence[float]:
        """The samples of an instant query, within 2 s.

        Raises `TimedOut`, `Unavailable`, or `GiveUp` where Prometheus will not run this query.
        """
