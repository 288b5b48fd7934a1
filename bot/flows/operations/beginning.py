"""The first step of every run: whether it is ours to do, and the plan the one approved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection

from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.operations import operating
from bot.domain.operations.approval import stopped_by
from bot.domain.operations.check import Check, blocking
from bot.domain.operations.operating import Move
from bot.domain.operations.operation import HOLDING, Mode, Operation, State
from bot.domain.operations.plan import Plan
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.wording import span
from bot.flows.operations.acted import steps_ended, untouched
from bot.flows.operations.need import needed
from bot.flows.operations.record import Record, call_for_help
from bot.flows.operations.rights import Rights
from bot.store import steps
from bot.store.database import DatabaseAway

FORWARD, BACK, LATER, OVER = "forward", "back", "later", "over"
PAUSE = 5.0  # seconds between looks while a vendor is away
PATIENCE = timedelta(minutes=5)  # how long it is waited for, by the clock: a look may take long


class Planner(Protocol):
    """What a plan is made of; raises `Refused`, or `Unavailable` while a vendor is away."""

    def plan(self, operation: Operation) -> Plan: ...

    def checks(self, operation: Operation, plan: Plan) -> tuple[Check, ...]: ...

    def subjects(self, operation: Operation, plan: Plan) -> Sequence[Mapping[str, Any]]:
        """What is watched afterwards, one a component, each with how it did before."""


@dataclass(frozen=True, kw_only=True)
class Beginning:
    record: Record
    catalogue: Callable[[], Catalogue]
    planner: Planner
    rights: Rights
    pause: float = PAUSE

    def begin(self, run: str, number: int, since: datetime | None = None) -> Mapping[str, Any]:
        """What the run is to do; `later` names the time to ask again with, its first look's."""
        since = since or self.record.now()
        found = self.record.find(number)
        if found.run_id != run or found.state not in HOLDING:
            return {"way": OVER}
        if found.mode is Mode.UNDO:
            return {"way": BACK, "root": found.key_root, "ended": self._ended(found)}
        try:
            return self._forward(found)
        except (Refused, GiveUp) as no:
            return self._failed(found, f"{no} Nothing was changed.")
        except DatabaseAway:
            raise
        except Unavailable as error:
            if self.record.now() - since < PATIENCE:
                return {"way": LATER, "since": since}
            return self._gave_up(found, error)

    def _forward(self, found: Operation) -> Mapping[str, Any]:
        if found.stop is not None:
            return self._keep(found, self._stopped)
        self.rights.must_still_approve(found)
        plan = self.planner.plan(found)
        checks = self.planner.checks(found, plan)
        unseen = _blocked_anew(found, checks)
        if why := self._not_as_approved(found, plan, unseen):
            return self._keep(found, lambda tx, op: self._anew(tx, op, plan, checks, why))
        subjects = list(self.planner.subjects(found, plan)) if plan.verify else []
        self._keep(found, self._begun)
        return {
            "way": FORWARD,
            "root": found.key_root,
            "steps": [asdict(step) for step in plan.steps],
            "verify": subjects,
            "contract_tested": self.catalogue().policy.contract_tested,
        }

    def _keep(
        self, begun: Operation, decide: Callable[[Connection, Operation], Move | None]
    ) -> Mapping[str, Any]:
        """Unless another run has it, or somebody already went on from here."""

        def ours(tx: Connection, found: Operation) -> Move | None:
            mine = found.run_id == begun.run_id and found.state in (State.APPROVED, State.RUNNING)
            return decide(tx, found) if mine and untouched(tx, found) else None

        self.record.keep(begun.id, ours)
        return {"way": OVER}

    def _begun(self, _: Connection, found: Operation) -> Move | None:
        known = found.state is State.RUNNING
        return None if known else operating.begun(found, self.record.now())

    def _stopped(self, _: Connection, found: Operation) -> Move:
        by = f" by @{found.stop.actor}" if found.stop else ""
        said = f"stopped{by} before anything was done"
        return operating.ended(found, State.CANCELLED, said, self.record.now())

    def _failed(self, found: Operation, said: str) -> Mapping[str, Any]:
        now = self.record.now()
        return self._keep(found, lambda _, op: operating.ended(op, State.FAILED, said, now))

    def _gave_up(self, found: Operation, error: Unavailable) -> Mapping[str, Any]:
        """Whoever approved it may have gone, believing that it is under way."""
        said = f"{error} It was waited for, and nothing was changed."

        def called(tx: Connection, op: Operation) -> Move:
            move = operating.ended(op, State.FAILED, said, self.record.now())
            call_for_help(tx, move.operation, self.record.now())
            return move

        return self._keep(found, called)

    def _not_as_approved(self, found: Operation, plan: Plan, unseen: Sequence[Check]) -> str:
        """Why nobody has agreed to it as it is now; empty where the approval holds.

        Raises `Refused` where what is new stops it.
        """
        age = self.record.now() - (found.approved_at or self.record.now())
        if found.state is State.APPROVED and age > self.catalogue().policy.approval_lasts:
            return f"it was approved {span(age)} ago and has not begun since"
        if plan.digest != found.plan_hash:
            return "the world changed since it was approved"
        if stops := stopped_by(unseen, found.request):
            raise Refused(f"Stopped before it began: {_words(stops)}.")
        # Break-glass gets past such a block, but only of people who know of it.
        came = f"since it was approved, this came to stand against it: {_words(unseen)}"
        return came if unseen else ""

    def _anew(
        self, tx: Connection, found: Operation, plan: Plan, checks: Sequence[Check], why: str
    ) -> Move:
        if found.stop is not None:
            return self._stopped(tx, found)
        now, policy = self.record.now(), self.catalogue().policy
        steps.lay_out(tx, found.id, operating.waiting(plan.steps))
        if not plan.steps:
            return operating.nothing_to_do(found, plan, now)
        need = needed(tx, plan, found, checks)
        return operating.shown_anew(found, plan, checks, need, why=why, now=now, policy=policy)

    def _ended(self, found: Operation) -> list[Mapping[str, Any]]:
        """As the run that undoes them needs them."""
        with self.record.db.read() as tx:
            ended = steps_ended(tx, found)
        return [{"step": asdict(one.step), "outcome": one.outcome.plain()} for one in ended]


def _blocked_anew(found: Operation, checks: Sequence[Check]) -> tuple[Check, ...]:
    """What blocks now and did not when it was approved: nobody has agreed to that."""
    seen = {one.name for one in blocking(found.checks)}
    return tuple(one for one in blocking(checks) if one.name not in seen)


def _words(checks: Sequence[Check]) -> str:
    return "; ".join(f"{one.name}: {one.seen}" for one in checks)
