"""Turns every asked-for operation into a plan with its checks, or says why there is none."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.operations import operating
from bot.domain.operations.check import Check
from bot.domain.operations.operating import Move
from bot.domain.operations.operation import Operation, State
from bot.domain.operations.plan import Plan
from bot.domain.ops_data.catalogue import Catalogue
from bot.flows.leader import Leader
from bot.flows.operations.beginning import Planner
from bot.flows.operations.need import needed
from bot.flows.operations.record import Record
from bot.store import operations, steps
from bot.store.database import DatabaseAway

log = structlog.get_logger()
EVERY = 2.0  # seconds; a verb wakes it at once
BUSY = 0.1
AT_ONCE = 4
_BUG = "A bug kept it from being planned; nothing was done. The bot's log tells more."
PATIENCE = timedelta(seconds=60)  # how long a vendor is waited for before a person is told


class PlanningLoop:
    """`problem` says what keeps it from planning, if anything does."""

    def __init__(
        self,
        *,
        record: Record,
        planner: Planner,
        catalogue: Callable[[], Catalogue],
        now: Callable[[], datetime],
    ) -> None:
        self._record, self._planner, self._catalogue, self._now = record, planner, catalogue, now
        self._leader = Leader(record.db, "planning", now)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="planning")
        self._under_way: dict[int, Future[None]] = {}
        self._not_before: dict[int, datetime] = {}
        self.problem: str | None = None

    def turn(self) -> float:
        if not self._leader.leads():
            self.problem = None  # it is another replica's to have now
            return EVERY
        self._reap()
        with self._record.db.read() as tx:
            waiting = operations.in_states(tx, (State.PLANNING,))
        if not waiting:
            self.problem = None
            self._not_before.clear()
        now = self._now()
        for one in waiting:
            if one.id not in self._under_way and self._not_before.get(one.id, now) <= now:
                self._under_way[one.id] = self._pool.submit(self._plan, one)
        return BUSY if self._under_way else EVERY

    def _reap(self) -> None:
        """A bug in a plan ends its operation, and is the loop's to tell."""
        for number, planning in list(self._under_way.items()):
            if not planning.done():
                continue
            del self._under_way[number]
            error = planning.exception()
            if error is not None and not isinstance(error, Unavailable):
                self._end(number, _BUG)
            planning.result()

    def stop(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._leader.resign()

    def _plan(self, asked: Operation) -> None:
        try:
            plan = self._planner.plan(asked)
            checks = self._planner.checks(asked, plan)
        except (Refused, GiveUp) as no:
            self._end(asked.id, str(no))
        except DatabaseAway:
            raise
        except Unavailable as error:
            self._later(asked, error)
        else:
            self.problem = None
            self._record.keep(asked.id, lambda tx, found: self._planned(tx, found, plan, checks))

    def _planned(
        self, tx: Connection, found: Operation, plan: Plan, checks: tuple[Check, ...]
    ) -> Move | None:
        if found.state is not State.PLANNING:
            return None  # cancelled meanwhile
        steps.lay_out(tx, found.id, operating.waiting(plan.steps))
        if not plan.steps:
            return operating.nothing_to_do(found, plan, self._now())
        return operating.planned(
            found, plan, checks, needed(tx, plan, found, checks),
            now=self._now(), policy=self._catalogue().policy,
        )  # fmt: skip

    def _later(self, asked: Operation, error: Unavailable) -> None:
        now = self._now()
        self.problem = str(error)
        self._not_before[asked.id] = now + timedelta(seconds=error.retry_after or EVERY)
        if now - asked.requested_at > PATIENCE:
            self._end(
                asked.id, f"{error} It was waited for, and nothing was done. Ask for it again."
            )

    def _end(self, number: int, why: str) -> None:
        self._record.keep(
            number,
            lambda _, found: (
                operating.refused(found, why, self._now())
                if found.state is State.PLANNING
                else None
            ),
        )
