"""The first step of every run: whether it is ours to do, and the plan the one approved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from sqlalchemy import Connection

from bot.domain import operating
from bot.domain.approval import Need, need, stopped_by
from bot.domain.catalogue import Catalogue
from bot.domain.check import Check
from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.operating import Move
from bot.domain.operation import HOLDING, Mode, Operation, State
from bot.domain.plan import Plan
from bot.domain.severity import Severity
from bot.engine.outcome import Ending, Outcome
from bot.flows.operations.record import Record
from bot.flows.operations.rights import Rights
from bot.store import incidents, steps

FORWARD, BACK, LATER, OVER = "forward", "back", "later", "over"
PAUSE = 5.0  # seconds between looks while a vendor is away
PATIENCE = 60  # looks: five minutes


class Planner(Protocol):
    """What a plan is made of; raises `Refused`, or `Unavailable` while a vendor is away."""

    def plan(self, operation: Operation) -> Plan: ...

    def checks(self, operation: Operation, plan: Plan) -> tuple[Check, ...]: ...

    def subjects(self, operation: Operation, plan: Plan) -> Sequence[Mapping[str, Any]]:
        """What is watched afterwards, one a component, each with how it did before."""


def worst_open(tx: Connection, environment: str, components: Sequence[str]) -> Severity | None:
    """The worst severity of the open incidents on these components."""
    open_ones = incidents.open_on(tx, environment, components)
    return min((one.severity for one in open_ones), key=lambda one: one.rank, default=None)


@dataclass(frozen=True, kw_only=True)
class Beginning:
    record: Record
    catalogue: Callable[[], Catalogue]
    planner: Planner
    rights: Rights
    pause: float = PAUSE
    attempts: int = PATIENCE

    def begin(self, run: str, number: int, *, last: bool) -> Mapping[str, Any]:
        """What the run is to do; with `last` it does not ask for another look."""
        found = self.record.find(number)
        if found.run_id != run or found.state not in HOLDING:
            return {"way": OVER}
        if found.mode is Mode.UNDO:
            self._started(number)
            return {"way": BACK, "ended": self._acted(found)}
        try:
            return self._forward(found)
        except Refused as no:
            self._end(number, f"{no} Nothing was changed.")
        except GiveUp as no:
            self._end(number, f"{no} Nothing was changed.")
        except Unavailable as error:
            if not last:
                return {"way": LATER}
            self._end(number, f"{error} It was waited for, and nothing was changed.")
        return {"way": OVER}

    def _forward(self, found: Operation) -> Mapping[str, Any]:
        if found.stop is not None:
            said = f"stopped by @{found.stop.actor} before anything was done"
            self.record.keep(found.id, lambda _, op: self._ended(op, State.CANCELLED, said))
            return {"way": OVER}
        self.rights.must_still_approve(found)
        plan = self.planner.plan(found)
        checks = self.planner.checks(found, plan)
        if plan.digest != found.plan_hash:
            self.record.keep(found.id, lambda tx, op: self._anew(tx, op, plan, checks))
            return {"way": OVER}
        self._must_not_be_stopped(found, checks)
        subjects = list(self.planner.subjects(found, plan)) if plan.verify else []
        self._started(found.id)
        return {
            "way": FORWARD,
            "steps": [asdict(step) for step in (found.plan or plan).steps],
            "verify": subjects,
            "contract_tested": self.catalogue().policy.contract_tested,
        }

    def _must_not_be_stopped(self, found: Operation, checks: Sequence[Check]) -> None:
        """A block that was not there when it was approved stops it, by its name."""
        known = {one.name for one in stopped_by(found.checks, found.request)}
        new = [one for one in stopped_by(checks, found.request) if one.name not in known]
        if new:
            said = "; ".join(f"{one.name}: {one.seen}" for one in new)
            raise Refused(f"Stopped before it began: {said}")

    def _anew(
        self, tx: Connection, found: Operation, plan: Plan, checks: Sequence[Check]
    ) -> Move | None:
        if found.state is not State.APPROVED:
            return None
        move = operating.changed_world(
            found, plan, checks, needed(tx, plan, found, checks),
            now=self.record.now(), policy=self.catalogue().policy,
        )  # fmt: skip
        steps.lay_out(tx, found.id, operating.waiting(plan.steps))
        return move

    def _started(self, number: int) -> None:
        def begun(_: Connection, found: Operation) -> Move | None:
            running = State.UNDOING if found.mode is Mode.UNDO else State.RUNNING
            if found.state is running and found.said == running.value:
                return None
            return operating.begun(found, self.record.now())

        self.record.keep(number, begun)

    def _acted(self, found: Operation) -> list[Mapping[str, Any]]:
        """The steps of the plan that ended, with how, as the run that undoes them needs them."""
        with self.record.db.read() as tx:
            rows = {row.name: row for row in steps.of_operation(tx, found.id) if row.ending}
        ended: list[Mapping[str, Any]] = []
        for step in found.plan.steps if found.plan else ():
            row = rows.get(step.name)
            if row is not None:
                outcome = Outcome(ending=Ending(row.ending), seen=row.seen)
                ended.append({"step": asdict(step), "outcome": outcome.plain()})
        return ended

    def _end(self, number: int, said: str) -> None:
        self.record.keep(number, lambda _, found: self._ended(found, State.FAILED, said))

    def _ended(self, found: Operation, state: State, said: str) -> Move | None:
        if found.state not in HOLDING:
            return None
        return operating.ended(found, state, said, self.record.now())


def needed(tx: Connection, plan: Plan, operation: Operation, checks: Sequence[Check]) -> Need:
    worst = worst_open(tx, plan.environment, plan.components)
    return need(plan, operation.request, checks, worst)
