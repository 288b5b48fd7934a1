"""Tells everyone who watches the workspace that something they can see has changed."""

import threading
import time
from collections.abc import Callable


class Feed:
    """One lock for the whole workspace, a counter of changes, and whoever waits for them."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)
        self._count = 0
        self._for_all = 0
        self._own: dict[str, int] = {}
        self._wakers: set[Callable[[], None]] = set()
        self.closed = False

    def changed(self, *users: str) -> None:
        """Something changed that only `users` can see; without any, everybody can."""
        with self.lock:
            self._count += 1
            if users:
                self._own.update(dict.fromkeys(users, self._count))
            else:
                self._for_all = self._count
            self._wake()

    def noticed(self) -> None:
        """Something changed that no person can see."""
        with self.lock:
            self._count += 1
            self._changed.notify_all()

    def cursor(self, user: str) -> int:
        with self.lock:
            return max(self._for_all, self._own.get(user, 0))

    def wait_for(self, predicate: Callable[[], object], seconds: float) -> bool:
        """Looks again after every change, until it holds or the time is over.

        The predicate may do slow things: it runs without the lock.
        """
        deadline = time.monotonic() + seconds
        while True:
            with self.lock:
                seen = self._count
            if predicate():
                return True
            with self.lock:
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                if seen == self._count:
                    self._changed.wait(left)

    def watch(self, waker: Callable[[], None]) -> None:
        with self.lock:
            self._wakers.add(waker)

    def unwatch(self, waker: Callable[[], None]) -> None:
        with self.lock:
            self._wakers.discard(waker)

    def close(self) -> None:
        """Lets every watcher go home."""
        with self.lock:
            self.closed = True
            self._wake()

    def _wake(self) -> None:
        self._changed.notify_all()
        for waker in tuple(self._wakers):
            waker()
