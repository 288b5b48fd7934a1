"""Remembers every call that the app made, so that a test can see what arrived and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.slack.feed import Feed


@dataclass(frozen=True, kw_only=True)
class Received:
    """`error` is Slack's word for refusing it, empty when it was taken."""

    method: str
    args: Mapping[str, Any]
    at: float
    error: str = ""
    status: int = 200


class Journal:
    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._calls: list[Received] = []

    def add(self, call: Received) -> None:
        with self._feed.lock:
            self._calls.append(call)
            # Nobody sees a call on a screen, but a test may wait for one.
            self._feed.noticed()

    def calls(self, method: str = "") -> list[Received]:
        """In order of arrival; of one method, or all."""
        with self._feed.lock:
            return [each for each in self._calls if method in {"", each.method}]

    def clear(self) -> None:
        with self._feed.lock:
            self._calls.clear()
