"""What a durable function may touch: everything it does goes through its run."""

import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import structlog
from dbos import DBOS, DBOSClient, SetWorkflowID, WorkflowStatus
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.errors import Unavailable
from bot.engine.away import Away, answering, of_our_database
from bot.engine.parked import Parked
from bot.engine.serializer import Crashed, Remembered, stored
from bot.engine.standing import RunState, standing_of
from bot.store import takeovers
from bot.store.database import Conflict, Database

T = TypeVar("T")
log = structlog.get_logger()
_LOOK_EVERY = 0.1  # seconds
_POISON = "The bot's process ended {times} times while it ran and did not get on; it was given up."
_SHORTEST, _LONGEST = 0.2, 2.0  # seconds between tries while our own database is away


@dataclass(frozen=True, kw_only=True)
class Host:
    """What every run of this process shares. `sure` is whether it counts as alive."""

    db: Database
    executor: str
    client: DBOSClient
    stopping: threading.Event
    sure: Callable[[], bool]
    works: Mapping[str, Callable[..., Any]]


class Run:
    """Between its steps a durable function is pure: it may run again from any of them."""

    def __init__(self, host: Host, run: str) -> None:
        self._host = host
        self.id = run
        self._got_on = False

    def step(self, name: str, do: Callable[[], T]) -> T:
        """Done once and remembered; a crash inside runs it again, a replay only reads it.

        What it returns or raises is what the serializer keeps of it. While our own database is
        away it waits.
        """
        self.pause(0)
        live: list[bool] = []

        def remembered() -> T:
            live.append(True)
            with Remembered():
                return stored(self._patiently(do))

        with self._recording():
            result = DBOS.run_step({"name": name}, remembered)
        if live and not self._got_on:
            self._forget()
        return result

    def begin(self, most: int) -> None:
        """Raises `Crashed` where it was begun more often than that and never got on since."""
        times = self._patiently(self._count)
        if times > most:
            log.error("engine.poison", run=self.id, times=times)
            raise Crashed(_POISON.format(times=times - 1))

    def sleep(self, seconds: float, name: str = "sleep") -> None:
        """Until then by the clock, however often the process ends in between."""
        due = self.step(name, lambda: datetime.now(UTC) + timedelta(seconds=seconds))
        self.pause((due - datetime.now(UTC)).total_seconds())

    def together(self, name: str, lanes: Sequence[tuple[str, tuple[Any, ...]]]) -> list[Any]:
        """Each lane is a run of its own, `(work, arguments)`; what they returned, in order."""
        return self.ended(name, self.begun(name, lanes))

    def begun(self, name: str, lanes: Sequence[tuple[str, tuple[Any, ...]]]) -> list[str]:
        """The lanes as runs that go on by themselves."""
        runs = [f"{self.id}:{name}:{number}" for number in range(len(lanes))]
        for run, (work, args) in zip(runs, lanes, strict=True):
            self.pause(0)
            with self._recording(), SetWorkflowID(run):
                DBOS.start_workflow(self._host.works[work], *stored(args))
        return runs

    def ended(self, name: str, runs: Sequence[str]) -> list[Any]:
        """What they returned; where some failed the first failure is raised, once all ended."""
        if not runs:
            return []
        return self.step(name, lambda: self._gathered(runs))

    def owned(self) -> bool:
        """Whether this process still has this run; raises `Unavailable` where nobody can tell."""
        if not self._host.sure():
            raise Away("Whether this process still counts as alive is not known.")
        found = self._look([self.id])
        return bool(found) and (found[0].status, found[0].executor_id) == (
            "PENDING",
            self._host.executor,
        )

    def hold(self) -> None:
        """Returns once the run is known to be ours; parks where it is not any more."""
        if not self._patiently(self.owned):
            log.warning("engine.run_lost", run=self.id)
            raise Parked(self.id)

    def pause(self, seconds: float) -> None:
        """Waits inside a step; parks where the process is to stop."""
        if self._host.stopping.wait(max(seconds, 0)):
            self._forget()
            raise Parked(self.id)

    @contextmanager
    def _recording(self) -> Iterator[None]:
        """Parks where dbos could not write: that is no outcome, and the run is begun again."""
        try:
            yield
        except SQLAlchemyError as error:
            log.warning("engine.not_recorded", run=self.id, why=str(error))
            raise Parked(self.id) from error

    def _patiently(self, do: Callable[[], T]) -> T:
        longest = _SHORTEST
        while True:
            try:
                return do()
            except (Conflict, Unavailable) as error:
                if not of_our_database(error):
                    raise
                log.warning("engine.database_away", run=self.id, why=str(error))
            self.pause(random.uniform(longest / 2, longest))  # noqa: S311 - spreads load, hides nothing
            longest = min(longest * 2, _LONGEST)

    def _count(self) -> int:
        with self._host.db.write() as tx:
            return takeovers.count(tx, self.id)

    def _forget(self) -> None:
        self._got_on = True
        with suppress(Unavailable, Conflict), self._host.db.write() as tx:
            takeovers.forget(tx, [self.id])

    def _gathered(self, runs: Sequence[str]) -> list[Any]:
        def look() -> list[WorkflowStatus]:
            return self._look(runs, results=True)

        while True:
            found = {one.workflow_id: one for one in self._patiently(look)}
            standings = [standing_of(found[run]) for run in runs]
            if all(one.state is not RunState.RUNNING for one in standings):
                break
            self.pause(_LOOK_EVERY)
        for run, standing in zip(runs, standings, strict=True):
            if standing.state is RunState.FAILED:
                error = found[run].error
                raise error if isinstance(error, Exception) else Crashed(standing.words)
        return [one.result for one in standings]

    def _look(self, runs: Sequence[str], *, results: bool = False) -> list[WorkflowStatus]:
        with answering():
            return self._host.client.list_workflows(
                workflow_ids=list(runs), load_input=False, load_output=results
            )
