"""Remembers every request, so that a test can see what arrived, when, and what it changed."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.twin.call import Call, Note

KEPT_HEADERS = ("accept", "content-type", "user-agent", "warning")


@dataclass(frozen=True, kw_only=True)
class Received:
    """`status` is 0 where the connection was cut before an answer was made."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    status: int = 200
    changed: bool = False
    client: str = ""
    effect: str = ""
    at: float = 0.0


class Journal:
    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._news = threading.Condition()
        self._received: list[Received] = []

    def add(self, call: Call, note: Note, *, status: int) -> None:
        received = Received(
            method=call.method,
            path=call.path,
            query=call.query,
            headers={name: call.headers[name] for name in KEPT_HEADERS if name in call.headers},
            body=call.body,
            status=status,
            changed=note.changed,
            client=note.client,
            effect=note.effect,
            at=self._clock(),
        )
        with self._news:
            self._received.append(received)
            self._news.notify_all()

    def requests(self, method: str = "", path: str = "") -> list[Received]:
        """In order of arrival; of one method and path, or all."""
        with self._news:
            return [
                each
                for each in self._received
                if method in {"", each.method} and path in {"", each.path}
            ]

    def wait_for(self, predicate: Callable[[Received], bool], within: float = 10.0) -> Received:
        """The first request that fits, waiting up to `within` seconds for it."""
        seen = 0
        ends = time.monotonic() + within
        with self._news:
            while True:
                for each in self._received[seen:]:
                    if predicate(each):
                        return each
                seen = len(self._received)
                left = ends - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"no such request within {within:g} s, {seen} others came")
                self._news.wait(left)

    def clear(self) -> None:
        with self._news:
            self._received.clear()
