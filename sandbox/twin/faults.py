"""What can be made to go wrong with a vendor over HTTP, on purpose and to the request."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock
from typing import Generic, TypeVar

from sandbox.twin.call import Call

T = TypeVar("T")


class Kind(StrEnum):
    STATUS = "an HTTP status with the vendor's own error body, before anything happens"
    DROP = "the connection is cut before the request is looked at"
    LOSE_ANSWER = "the request is applied and the connection cut before the answer"
    STALL = "the request is applied and not answered for a while"
    SLOW = "the request waits for a while, then all goes as usual"


class Moment(StrEnum):
    SEEN = "the request has arrived and nothing has happened"
    APPLIED = "it has been applied and not been answered"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """`body` None: the vendor's own words for the status."""

    kind: Kind
    status: int = 500
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Where:
    """Regular expressions that must be found in the request; `method` is exact, `*` is any."""

    method: str
    path: str
    query: str = ""
    agent: str = ""

    def fits(self, call: Call) -> bool:
        return (
            self.method in {"*", call.method}
            and re.search(self.path, call.path) is not None
            and re.search(self.query, call.query) is not None
            and re.search(self.agent, call.agent) is not None
        )


@dataclass(kw_only=True)
class _Planned(Generic[T]):
    where: Where
    what: T
    left: int = 1


class Faults:
    """Each is planned for a method and a path, and `times` requests run into it.

    `query` and `agent` narrow it further, so that a dry run or another client can be spared:
    `query="^(?!.*dryRun)"`.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._faults: list[_Planned[Fault]] = []
        self._callbacks: list[tuple[Moment, _Planned[Callable[[], None]]]] = []

    def status(
        self,
        method: str,
        path: str,
        status: int = 500,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        times: int = 1,
        query: str = "",
        agent: str = "",
    ) -> None:
        fault = Fault(kind=Kind.STATUS, status=status, body=body, headers=headers or {})
        self.plan(Where(method=method, path=path, query=query, agent=agent), fault, times=times)

    def drop(
        self, method: str, path: str, *, times: int = 1, query: str = "", agent: str = ""
    ) -> None:
        where = Where(method=method, path=path, query=query, agent=agent)
        self.plan(where, Fault(kind=Kind.DROP), times=times)

    def lose_answer(
        self, method: str, path: str, *, times: int = 1, query: str = "", agent: str = ""
    ) -> None:
        where = Where(method=method, path=path, query=query, agent=agent)
        self.plan(where, Fault(kind=Kind.LOSE_ANSWER), times=times)

    def stall(
        self,
        method: str,
        path: str,
        seconds: float,
        *,
        times: int = 1,
        query: str = "",
        agent: str = "",
    ) -> None:
        where = Where(method=method, path=path, query=query, agent=agent)
        self.plan(where, Fault(kind=Kind.STALL, seconds=seconds), times=times)

    def slow(
        self,
        method: str,
        path: str,
        seconds: float,
        *,
        times: int = 1,
        query: str = "",
        agent: str = "",
    ) -> None:
        where = Where(method=method, path=path, query=query, agent=agent)
        self.plan(where, Fault(kind=Kind.SLOW, seconds=seconds), times=times)

    def at(
        self,
        moment: Moment,
        method: str,
        path: str,
        callback: Callable[[], None],
        *,
        times: int = 1,
        query: str = "",
        agent: str = "",
    ) -> None:
        """Runs `callback` at this moment of the next fitting request, which waits for it.

        A request that was SEEN is applied afterwards, even where its sender was killed meanwhile,
        as a real server may; plan a `drop` beside it for one that never happens.
        """
        where = Where(method=method, path=path, query=query, agent=agent)
        with self._lock:
            self._callbacks.append((moment, _Planned(where=where, what=callback, left=times)))

    def plan(self, where: Where, fault: Fault, *, times: int = 1) -> None:
        with self._lock:
            self._faults.append(_Planned(where=where, what=fault, left=times))

    def clear(self) -> None:
        """All well again."""
        with self._lock:
            self._faults.clear()
            self._callbacks.clear()

    def take(self, call: Call) -> Fault | None:
        """The first fault planned for this request, used up by asking."""
        with self._lock:
            return _take(self._faults, call)

    def pass_moment(self, moment: Moment, call: Call) -> None:
        with self._lock:
            planned = [each for at, each in self._callbacks if at is moment]
            callback = _take(planned, call)
            self._callbacks = [each for each in self._callbacks if each[1].left > 0]
        if callback is not None:
            callback()


def _take(planned: list[_Planned[T]], call: Call) -> T | None:
    for each in planned:
        if each.where.fits(call):
            each.left -= 1
            if each.left <= 0:
                planned.remove(each)
            return each.what
    return None
