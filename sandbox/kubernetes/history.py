"""What changed in which order, as far back as it is kept; who watches is woken."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sandbox.kubernetes.kinds import Kind
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.refusals import Expired
from sandbox.kubernetes.statuses import expired


class Happened(StrEnum):
    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"


@dataclass(frozen=True, kw_only=True)
class Event:
    """`object` and `before` belong to the store: read them, never write into them."""

    type: Happened
    kind: Kind
    object: Object
    resource_version: int
    before: Object | None = None


class History:
    def __init__(self, lock: threading.RLock, kept: int) -> None:
        self.newest = 1
        self._oldest = 1
        self._events: deque[Event] = deque()
        self._kept = kept
        self._news = threading.Condition(lock)
        self._listeners: list[Callable[[], None]] = []

    def next_version(self) -> int:
        return self.newest + 1

    def add(self, event: Event) -> None:
        with self._news:
            self.newest = event.resource_version
            self._events.append(event)
            while len(self._events) > self._kept:
                self._oldest = self._events.popleft().resource_version
            self._news.notify_all()
            listeners = list(self._listeners)
        for listener in listeners:
            listener()

    def after(self, resource_version: int) -> list[Event]:
        with self._news:
            if resource_version < self._oldest:
                raise Expired(expired(resource_version, self._oldest))
            found = []
            for event in reversed(self._events):
                if event.resource_version <= resource_version:
                    break
                found.append(event)
            return found[::-1]

    def wait(self, after: int, timeout: float) -> int:
        ends = time.monotonic() + timeout
        with self._news:
            while self.newest <= after and (left := ends - time.monotonic()) > 0:
                self._news.wait(left)
            return self.newest

    def compact(self) -> None:
        """Forgets all that has happened, as the real server does every few minutes."""
        with self._news:
            self._events.clear()
            self._oldest = self.newest

    def listen(self, listener: Callable[[], None]) -> None:
        """`listener` is called on every change, by whoever made it: it must be quick."""
        with self._news:
            self._listeners.append(listener)

    def unlisten(self, listener: Callable[[], None]) -> None:
        with self._news:
            self._listeners = [each for each in self._listeners if each != listener]
