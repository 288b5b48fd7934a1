"""What can be made to go wrong with Slack, on purpose and to the call."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock


class Outage(StrEnum):
    ANSWERS_503 = "503"
    DROPS = "drop"
    """Connections are cut before a byte of an answer."""


class Kind(StrEnum):
    ERROR = "the call answers an error word and does nothing"
    RATE_LIMIT = "429 with Retry-After"
    STATUS = "an HTTP status and a page that is no JSON"
    DROP = "the connection is cut before the call is looked at"
    LOSE_ANSWER = "the call is applied and the connection cut before the answer"


@dataclass(frozen=True, kw_only=True)
class Fault:
    kind: Kind
    error: str = ""
    status: int = 500
    retry_after: int = 1


class Moment(StrEnum):
    SEEN = "the call has arrived and nothing has happened"
    APPLIED = "it has been applied and not been answered"


class Faults:
    def __init__(self) -> None:
        self.outage: Outage | None = None
        self._lock = Lock()
        self._planned: dict[str, deque[Fault]] = {}
        self._latency: dict[str, float] = {}
        self._callbacks: dict[tuple[Moment, str], deque[Callable[[], None]]] = {}

    def error(self, method: str, word: str, *, times: int = 1) -> None:
        self._plan(method, Fault(kind=Kind.ERROR, error=word), times)

    def rate_limit(self, method: str, *, retry_after: int, times: int = 1) -> None:
        self._plan(method, Fault(kind=Kind.RATE_LIMIT, retry_after=retry_after), times)

    def status(self, method: str, status: int = 500, *, times: int = 1) -> None:
        self._plan(method, Fault(kind=Kind.STATUS, status=status), times)

    def drop(self, method: str, *, times: int = 1) -> None:
        self._plan(method, Fault(kind=Kind.DROP), times)

    def lose_answer(self, method: str, *, times: int = 1) -> None:
        self._plan(method, Fault(kind=Kind.LOSE_ANSWER), times)

    def latency(self, seconds: float, method: str = "*") -> None:
        """Holds every answer (or those of one method) back for this long."""
        self._latency[method] = seconds

    def at(self, moment: Moment, method: str, callback: Callable[[], None]) -> None:
        """Runs `callback` once at this moment of the next call of `method`, which waits for it."""
        with self._lock:
            self._callbacks.setdefault((moment, method), deque()).append(callback)

    def clear(self) -> None:
        """All well again."""
        with self._lock:
            self.outage = None
            self._planned.clear()
            self._latency.clear()
            self._callbacks.clear()

    def take(self, method: str) -> Fault | None:
        """The fault planned for this call, used up by asking."""
        with self._lock:
            planned = self._planned.get(method) or self._planned.get("*")
            return planned.popleft() if planned else None

    def seconds(self, method: str) -> float:
        return self._latency.get(method, self._latency.get("*", 0.0))

    def pass_moment(self, moment: Moment, method: str) -> None:
        with self._lock:
            waiting = self._callbacks.get((moment, method))
            callback = waiting.popleft() if waiting else None
        if callback is not None:
            callback()

    def _plan(self, method: str, fault: Fault, times: int) -> None:
        with self._lock:
            self._planned.setdefault(method, deque()).extend([fault] * times)
