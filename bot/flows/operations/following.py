"""Follows a snapshot that a rollback did not wait for, until it is there or never will be."""

from dataclasses import dataclass
from datetime import timedelta

import msgspec
from sqlalchemy import Connection

from bot.actions.parts.stored import whereabouts
from bot.actions.take_restore_point import Args
from bot.domain.operations.operating import Move, moved
from bot.domain.operations.operation import Operation, StepState
from bot.domain.ops_data.restore_point import SnapshotStatus
from bot.flows.operations.record import STUCK_LEVEL, Record
from bot.ports.world import World
from bot.store import calls, duties, steps
from bot.store.duties import Duty

FOLLOWED = "take_restore_point"
EVERY = timedelta(seconds=15)


@dataclass(frozen=True)
class Following:
    """It is never started again: a later one would hold what the older release did meanwhile."""

    record: Record
    world: World

    def follow(self, duty: Duty) -> None:
        """One look; raises as `bot.ports.snapshots` does where nobody can tell."""
        args = msgspec.convert(duty.args, Args)
        snapshot, seen = whereabouts(self.world, args)
        if snapshot.status is SnapshotStatus.CREATING:
            with self.record.db.write() as tx:
                duties.put_off(tx, duty, self.record.now() + EVERY)
            return
        there = snapshot.status is SnapshotStatus.AVAILABLE
        self.record.keep(duty.operation, lambda tx, one: self._settled(tx, one, duty, seen, there))

    def _settled(
        self,
        tx: Connection,
        one: Operation,
        duty: Duty,
        seen: str,
        there: bool,  # noqa: FBT001 - a lambda hands it on
    ) -> Move | None:
        now = self.record.now()
        if not duties.done(tx, duty.number, now):
            return None
        state = StepState.DONE if there else StepState.FAILED
        steps.amend(tx, one.id, duty.name, state, seen)
        if there:
            return moved(one, now, f"{duty.name}: {seen}")
        what = f"there is NO {duty.name}: {seen}"
        calls.want(
            tx,
            key=f"duty:{duty.number}:none",
            incident=one.incident,
            level=STUCK_LEVEL,
            text=f"{one.name} went on without waiting for it, and {what}. What the older release "
            "does to the data cannot be taken back: take a snapshot by hand, or stop the writes.",
            now=now,
        )
        return moved(one, now, what)
