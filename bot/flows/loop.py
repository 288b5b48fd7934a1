"""A thread that does one thing again and again, and outlives whatever goes wrong in it.

The one place that catches every exception: a failing turn is logged and counted, and the next
one comes. Everything a loop does is level-triggered, so a lost turn only means "later".
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from bot.domain.errors import Unavailable

log = structlog.get_logger()
_AFTER_FAILURE = 1.0


@dataclass(kw_only=True)
class Loop:
    """`turn` does what is due and returns the seconds until it wants to be called again.

    `wake()` calls it at once; `age()` is how long ago a turn last came to its end.
    """

    name: str
    turn: Callable[[], float]
    finished_at: float = field(default_factory=time.monotonic)
    failures: int = 0
    _wake: threading.Event = field(default_factory=threading.Event)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def wake(self) -> None:
        self._wake.set()

    def halt(self) -> None:
        """Asks for the end; `stop` waits for it."""
        self._stop.set()
        self._wake.set()

    def stop(self, seconds: float = 5) -> None:
        """Waits for the turn under way, at most `seconds`."""
        self.halt()
        if self._thread is not None:
            self._thread.join(seconds)

    def age(self) -> float:
        return time.monotonic() - self.finished_at

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait(self._once())
            self._wake.clear()

    def _once(self) -> float:
        try:
            pause = self.turn()
        except Unavailable as error:
            log.warning("loop.later", loop=self.name, why=str(error))
            return error.retry_after or _AFTER_FAILURE
        except Exception:
            self.failures += 1
            log.exception("loop.failed", loop=self.name)
            return _AFTER_FAILURE
        self.finished_at = time.monotonic()
        return pause
