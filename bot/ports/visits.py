"""Synthetic probes: a GET of a configured address, as a user would make it."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """`status` is 0 where nothing answered.

    `version` is what the header `x-candlefish-version` or the page's `build-id` says, if any.
    """

    status: int
    seconds: float
    version: str = ""

    @property
    def fine(self) -> bool:
        return 200 <= self.status < 400 and self.seconds < 1.0  # noqa: PLR2004 - HTTP's own classes


class Visits(Protocol):
    def get(self, url: str) -> Visit:
        """Never raises; follows no redirect; 2 s at most."""
