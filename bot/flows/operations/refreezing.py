"""Tries a freeze on that a rollback went without: the next build would undo the rollback."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.operations.lacking import AS_BEFORE, lack
from bot.domain.operations.operating import Move, moved
from bot.domain.operations.operation import Operation, StepState
from bot.domain.operations.plan import Kind, Step
from bot.domain.ops_data.catalogue import Catalogue
from bot.flows.operations.aftermath import REFREEZE_EVERY, freeze_of
from bot.flows.operations.attempting import attempted
from bot.flows.operations.record import STUCK_LEVEL, Record, locked
from bot.ports.action import Action, Standing
from bot.ports.trouble import Overtaken
from bot.ports.world import World
from bot.store import calls, duties, freezes, locks, operations, steps
from bot.store.database import DatabaseAway
from bot.store.duties import Duty

TRIES = 8  # before a person is called once more


@dataclass(frozen=True, kw_only=True)
class Refreezing:
    """Never given up: whoever mends the reason need not think of the freeze as well."""

    record: Record
    world: World
    catalogue: Callable[[], Catalogue]
    actions: Mapping[str, Action[Any]]

    def freeze(self, duty: Duty) -> None:
        if not self._wanted(duty):
            return
        stands, seen = self._tried(duty)
        if stands:
            self.record.keep(duty.operation, lambda tx, one: self._stands(tx, one, duty, seen))
        else:
            self._again(duty, seen)

    def _wanted(self, duty: Duty) -> bool:
        """Not while somebody lifts it, nor where there is no rollback any more to keep.

        Any other operation on the component wants its deploys to stand still as well.
        """
        now = self.record.now()
        with self.record.db.write() as tx:
            one = locked(tx, duty.operation)
            step = _step(one, duty)
            if step is None or one.state in AS_BEFORE:
                duties.done(tx, duty.number, now)
                return False
            held = locks.held(tx, one.environment, (step.component,), but=one.id)
            holders = [operations.find(tx, each.operation) for each in held]
            if any(each is not None and each.kind is Kind.UNFREEZE for each in holders):
                duties.put_off(tx, duty, now + REFREEZE_EVERY)
                return False
        return True

    def _tried(self, duty: Duty) -> tuple[bool, str]:
        try:
            found, _ = attempted(self.world, self.actions, duty)
        except DatabaseAway:
            raise
        except (Unavailable, Overtaken, Refused, GiveUp) as error:
            return False, str(error)
        return found.standing is Standing.DONE, found.seen

    def _stands(self, tx: Connection, one: Operation, duty: Duty, seen: str) -> Move | None:
        """Also where it was lifted in that moment: what stands has to be known and reminded of."""
        now, step = self.record.now(), _step(one, duty)
        if step is None:
            return None
        duties.done(tx, duty.number, now)
        steps.amend(tx, one.id, duty.name, StepState.DONE, seen)
        standing = {each.component for each in freezes.standing(tx, one.environment)}
        if step.component not in standing:
            freezes.put(tx, freeze_of(one, step, self.catalogue().policy, now))
        return moved(one, now, f"{duty.name}: deploys are frozen after all: {seen}")

    def _again(self, duty: Duty, why: str) -> None:
        now, called = self.record.now(), False
        with self.record.db.write() as tx:
            one = locked(tx, duty.operation)
            duties.try_later(tx, duty, now + REFREEZE_EVERY)
            step = _step(one, duty)
            if step is not None and duty.failures + 1 >= TRIES:
                minutes = REFREEZE_EVERY * TRIES // timedelta(minutes=1)
                called = calls.want(
                    tx,
                    key=f"duty:{duty.number}",
                    incident=one.incident,
                    level=STUCK_LEVEL,
                    text=f"{one.name}: {lack(step)}, for {minutes} min now: {why}. It is tried on; "
                    "until then stop the pipeline by hand, or its next run ships over what stands.",
                    now=now,
                )
        if called:
            self.record.changed()


def _step(one: Operation, duty: Duty) -> Step | None:
    planned = one.plan.steps if one.plan else ()
    return next((step for step in planned if step.name == duty.name), None)
