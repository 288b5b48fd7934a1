"""Where one guarded step of an operation is written down, before and after it acts."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.domain.operations.lacking import lack
from bot.domain.operations.operating import Move, moved, told_of
from bot.domain.operations.operation import Operation, Progress, State, StepState
from bot.domain.operations.plan import Step
from bot.domain.ops_data.policy import Policy
from bot.domain.wording import span
from bot.engine.outcome import Attempt, Ending, Outcome
from bot.flows.operations.aftermath import after_step
from bot.flows.operations.record import Record, existing
from bot.store import steps

_STATES = {
    Ending.DONE: StepState.DONE,
    Ending.ALREADY: StepState.DONE,
    Ending.FAILED: StepState.FAILED,
    Ending.UNSEEN: StepState.FAILED,
    Ending.CONFLICT: StepState.STUCK,
    Ending.STUCK: StepState.STUCK,
    Ending.CANCELLED: StepState.SKIPPED,
    Ending.STOPPED: StepState.FAILED,
    Ending.LATE: StepState.FAILED,
}


@dataclass(kw_only=True)
class StepJournal:
    """`row` is the step's name among its operation's rows; an undo has a row of its own."""

    record: Record
    operation: int
    row: str
    step: Step
    policy: Policy
    undo: bool = False
    attempt: int = 0

    def open(self) -> Attempt:
        now = self.record.now()
        opened: list[Progress] = []

        def begun(tx: Connection, found: Operation) -> Move | None:
            opened[:] = [steps.open_attempt(tx, self.operation, self.row, now)]
            first = opened[0].attempts == 1 and not opened[0].ending
            return moved(found, now) if first else None  # so that the card shows it under way

        self.record.keep(self.operation, begun)
        (row,) = opened
        self.attempt = row.attempts
        outcome = Outcome(ending=Ending(row.ending), seen=row.seen) if row.ending else None
        return Attempt(number=row.attempts, began_at=row.started_at or now, outcome=outcome)

    def stop_wanted(self) -> str | None:
        """Also where the operation left this step behind, which goes on beside the looks."""
        with self.record.db.read() as tx:
            found = existing(tx, self.operation)
        if self.undo:
            return None
        if found.stop is not None:
            why = f": {found.stop.why}" if found.stop.why else ""
            return f"@{found.stop.actor} stopped it{why}"
        if found.state is not State.RUNNING:
            return f"{found.name} is {found.state.told}"
        return _out_of_time(found, self.policy, self.record.now())

    def _state(self, outcome: Outcome) -> StepState:
        state = _STATES[outcome.ending]
        # Nobody has to put right what may fail.
        return StepState.FAILED if self.step.optional and state is StepState.STUCK else state

    def close(self, outcome: Outcome) -> None:
        self.record.keep(self.operation, lambda tx, found: self._closed(tx, found, outcome))

    def _closed(self, tx: Connection, found: Operation, outcome: Outcome) -> Move | None:
        now = self.record.now()
        closed = Progress(
            name=self.row,
            component=self.step.component,
            state=self._state(outcome),
            text=self.step.does,
            seen=outcome.seen,
            ending=outcome.ending,
            attempts=self.attempt,
            finished_at=now,
        )
        if not steps.close(tx, self.operation, closed):
            return None
        after_step(tx, found, self.step, outcome, policy=self.policy, now=now)
        # What came late moved the traffic all the same.
        there = outcome.well or outcome.acted
        switched = now if self.step.decisive and there and not self.undo else None
        move = moved(found, now, switched_at=found.switched_at or switched)
        if outcome.ending is Ending.CANCELLED:
            return move
        without = "" if outcome.well or self.undo else lack(self.step)
        text = ": ".join(filter(None, (self.row, without, outcome.seen)))
        data = {"step": self.row, "ending": outcome.ending.name.lower()}
        return replace(move, entries=(told_of(move.operation, now, text, **data),))


def _out_of_time(found: Operation, policy: Policy, now: datetime) -> str | None:
    """Where the bot was away in the middle of it: nobody approved that it moves the traffic now."""
    if found.plan is None or found.started_at is None or found.switched_at is not None:
        return None
    over = found.started_at + timedelta(seconds=found.plan.seconds) + policy.approval_lasts
    if now < over:
        return None
    return f"it began {span(now - found.started_at)} ago, and was not approved to go on so late"
