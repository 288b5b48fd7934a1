"""Starts the durable run of every approved operation, and notices runs that came to nothing.

Level-triggered: an approval whose run was never started, because the process died in between, is
started by the next turn. A plan that nobody approved in time ends here too. Both that and the call
for what is overdue go without the engine: where it does not run, nothing else would tell.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.domain.operations import operating
from bot.domain.operations.operating import Move
from bot.domain.operations.operation import HOLDING, Operation, State
from bot.domain.wording import span
from bot.engine.standing import RunState
from bot.flows.engine_room import EngineRoom
from bot.flows.leader import Leader
from bot.flows.operations.need import miscounted
from bot.flows.operations.record import STUCK_LEVEL, Record, locked
from bot.flows.operations.run import OPERATION
from bot.store import calls, operations

log = structlog.get_logger()
EVERY = 1.0  # seconds; an approval wakes it at once
_RUN = HOLDING - {State.AWAITING_DECISION}  # those that a run has to bring to an end


class StartingLoop:
    def __init__(self, *, record: Record, room: EngineRoom, now: Callable[[], datetime]) -> None:
        self._record, self._room, self._now = record, room, now
        self._leader = Leader(record.db, "operations", now)
        self._called: set[str] = set()  # runs, so that each costs one write and not one a turn

    def turn(self) -> float:
        if not self._leader.leads():
            return EVERY
        with self._record.db.read() as tx:
            open_ones = operations.in_states(tx, (*HOLDING, State.AWAITING_APPROVAL))
        for one in open_ones:
            if one.state is State.AWAITING_APPROVAL:
                self._expire(one)  # it needs no engine
                self._count_anew(one)
        runs = [one for one in open_ones if one.state in _RUN]
        self._called &= {one.run_id for one in runs}
        for one in runs:
            if one.run_id not in self._called:
                self._call_if_overdue(one)
        for one in runs:
            self._see_to(one)
        return EVERY

    def stop(self) -> None:
        self._leader.resign()

    def _call_if_overdue(self, one: Operation) -> None:
        now = self._now()
        if one.due_at is None or now < one.due_at:
            return
        with self._record.db.write() as tx:
            found = locked(tx, one.id)
            if found.run_id != one.run_id or found.state not in _RUN:
                return
            called = calls.want(
                tx,
                key=f"{one.run_id}:overdue",
                incident=found.incident,
                level=STUCK_LEVEL,
                text=_overdue(found, now - one.due_at),
                now=now,
            )
        self._called.add(one.run_id)
        if called:
            self._record.changed()

    def _see_to(self, one: Operation) -> None:
        standing = self._room.engine.standing(one.run_id)
        if standing is None and one.state is State.RUNNING:
            self._stuck(one, "its run is not in the engine's storage any more")
        elif standing is None:
            self._room.engine.start(OPERATION, one.run_id, one.id)
        elif standing.state is RunState.FAILED:
            self._stuck(one, f"its run broke off: {standing.words}")
        elif standing.state is RunState.ENDED:
            self._stuck(one, "its run ended without a word")

    def _stuck(self, one: Operation, why: str) -> None:
        said = f"{why}. What its steps did stands; look at each before anything else."
        log.error("operation.stuck", operation=one.name, why=why)
        self._record.keep(
            one.id,
            lambda _, found: (
                operating.ended(found, State.STUCK, said, self._now())
                if found.run == one.run and found.state in _RUN
                else None
            ),
        )

    def _expire(self, one: Operation) -> None:
        if one.expires_at is None or self._now() < one.expires_at:
            return
        self._record.keep(
            one.id,
            lambda _, found: (
                operating.expired(found, self._now())
                if found.state is State.AWAITING_APPROVAL and found.version == one.version
                else None
            ),
        )

    def _count_anew(self, one: Operation) -> None:
        """Its card would tell people to wait for somebody who is not needed any more."""
        with self._record.db.read() as tx:
            if miscounted(tx, one) is None:
                return

        def counted(tx: Connection, found: Operation) -> Move | None:
            need = miscounted(tx, found)
            return None if need is None else operating.counted_anew(found, need, self._now())

        self._record.keep(one.id, counted)


def _overdue(one: Operation, late: timedelta) -> str:
    said = f" ({one.said})" if one.said != one.state.spoken else ""
    return (
        f"{one.name} should have been over {span(late)} ago and is still {one.state.told}{said}. "
        f"It keeps hold of its components. `operation show {one.name}` tells how far it came, "
        "`status` whether the bot itself is well."
    )
