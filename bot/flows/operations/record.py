"""The one way in which an operation's row changes, with its incident's story and its locks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.domain.errors import Refused
from bot.domain.incidents.incident import Reason, changed
from bot.domain.operations.operating import Move
from bot.domain.operations.operation import HOLDING, Operation, State
from bot.domain.operations.reminder import waits
from bot.domain.wording import span
from bot.flows.operations.aftermath import after_move
from bot.flows.operations.occasion import end_with
from bot.store import calls, incidents, locks, operations
from bot.store.database import Conflict, Database, DatabaseAway

TRIES = 8
STUCK_LEVEL = 3  # senior engineering


@dataclass(frozen=True, kw_only=True)
class Record:
    """`changed` is told after every commit."""

    db: Database
    now: Callable[[], datetime]
    changed: Callable[[], None]

    def find(self, number: int) -> Operation:
        with self.db.read() as tx:
            return existing(tx, number)

    def keep(self, number: int, decide: Callable[[Connection, Operation], Move | None]) -> bool:
        """Decides on the operation as it is and stores the move; again where others were faster.

        False where nothing was to be done. Raises `DatabaseAway` where it cannot be stored now.
        """
        for _ in range(TRIES):
            try:
                with self.db.write() as tx:
                    move = decide(tx, locked(tx, number))
                    if move is not None:
                        store(tx, move, self.now())
            except Conflict:
                continue
            if move is not None:
                self.changed()
            return move is not None
        raise DatabaseAway("Others changed the same operation, too often.", retry_after=1)


def locked(tx: Connection, number: int) -> Operation:
    """The operation, with its incident locked before it: everybody takes the two in this order."""
    incidents.find(tx, existing(tx, number).incident, lock=True)
    return existing(tx, number, lock=True)


def existing(tx: Connection, number: int, *, lock: bool = False) -> Operation:
    found = operations.find(tx, number, lock=lock)
    if found is None:
        raise Refused(f"There is no OP-{number}.", "`operation list` shows those there are.")
    return found


def store(tx: Connection, move: Move, now: datetime) -> None:
    """In the transaction in which the move was decided."""
    after = move.operation
    operations.replace(tx, after, decided_on=move.decided_on)
    if after.state not in HOLDING and (after.state is not State.STUCK or after.closed_at):
        locks.release(tx, after.id)
    if waits(after):
        call_for_help(tx, after, now)
    after_move(tx, after, now)
    tell(tx, move)
    end_with(tx, after, now)


def tell(tx: Connection, move: Move) -> None:
    incident = incidents.find(tx, move.operation.incident, lock=True)
    if incident is not None:
        incidents.apply(tx, [changed(incident, Reason.ASKED, *move.entries)])


def hold(tx: Connection, operation: Operation, now: datetime) -> None:
    """All of its components' locks, or `Refused` naming who has them since when."""
    taken = locks.held(tx, operation.environment, operation.components, but=operation.id)
    if taken:
        said = ", ".join(
            f"{one.component} (OP-{one.operation}, for {span(now - one.since)})" for one in taken
        )
        raise Refused(
            f"Another operation has hold of {said}.",
            f"Wait for it, or look: `operation show OP-{taken[0].operation}`.",
        )
    locks.take(tx, operation.id, operation.environment, operation.components, now)


def call_for_help(tx: Connection, operation: Operation, now: datetime) -> None:
    told = operation.state.told
    calls.want(
        tx,
        key=f"{operation.run_id}:{operation.state}",
        incident=operation.incident,
        level=STUCK_LEVEL,
        text=f"{operation.name} is {told}: {operation.why}",
        now=now,
    )
