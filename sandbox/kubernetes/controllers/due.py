"""What is to be looked at, and when: every key once, at its earliest time."""

from threading import Lock

from sandbox.kubernetes.controllers.controller import Controller, Key

Task = tuple[Controller, Key]


class Due:
    def __init__(self) -> None:
        self._lock = Lock()
        self._times: dict[Task, float] = {}

    def add(self, controller: Controller, key: Key, at: float) -> None:
        """`at` is on the clock of time.monotonic; an earlier time that stands already wins."""
        with self._lock:
            task = (controller, key)
            self._times[task] = min(at, self._times.get(task, at))

    def take(self, now: float) -> list[Task]:
        """Those whose time has come, in the order in which it came."""
        with self._lock:
            ready = sorted(
                (task for task, at in self._times.items() if at <= now),
                key=lambda task: self._times[task],
            )
            for task in ready:
                del self._times[task]
            return ready

    def next(self) -> float | None:
        with self._lock:
            return min(self._times.values(), default=None)
