"""How far the steps of an operation came: written before the world is touched, and after."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from bot.domain.operations.operation import Progress, StepState
from bot.store.codec import instant, micros
from bot.store.tables import steps


def lay_out(tx: Connection, operation: int, progress: Iterable[Progress]) -> None:
    """The steps of a new plan in place of those of the plan before."""
    tx.execute(delete(steps).where(steps.c.operation_id == operation))
    add(tx, operation, progress)


def add(tx: Connection, operation: int, progress: Iterable[Progress]) -> None:
    """Further steps after those there are."""
    position = len(of_operation(tx, operation))
    rows = [
        {
            "operation_id": operation,
            "name": one.name,
            "position": position + number,
            "component": one.component,
            "state": one.state.value,
            "text": one.text,
            "seen": one.seen,
            "ending": one.ending or None,
            "attempts": one.attempts,
            "started_at": micros(one.started_at),
            "finished_at": micros(one.finished_at),
        }
        for number, one in enumerate(progress)
    ]
    if rows:
        tx.execute(insert(steps), rows)


def of_operation(tx: Connection, operation: int) -> list[Progress]:
    statement = select(steps).where(steps.c.operation_id == operation).order_by(steps.c.position)
    return [
        Progress(
            name=row.name,
            component=row.component,
            state=StepState(row.state),
            text=row.text,
            seen=row.seen,
            ending=row.ending or "",
            attempts=row.attempts,
            started_at=instant(row.started_at),
            finished_at=instant(row.finished_at),
        )
        for row in tx.execute(statement)
    ]


def open_attempt(tx: Connection, operation: int, name: str, now: datetime) -> Progress:
    """Counts another attempt, unless it ended; the first one's time stays."""
    row = _row(operation, name)
    tx.execute(
        update(steps)
        .where(row, steps.c.ending.is_(None))
        .values(
            state=StepState.RUNNING.value,
            attempts=steps.c.attempts + 1,
            started_at=func.coalesce(steps.c.started_at, micros(now)),
        )
    )
    return next(one for one in of_operation(tx, operation) if one.name == name)


def close(tx: Connection, operation: int, closed: Progress) -> bool:
    """False where it ended already, or a later attempt is under way: nothing is told twice."""
    ended = tx.execute(
        update(steps)
        .where(
            _row(operation, closed.name),
            steps.c.ending.is_(None),
            steps.c.attempts == closed.attempts,
        )
        .values(
            state=closed.state.value,
            seen=closed.seen,
            ending=closed.ending,
            finished_at=micros(closed.finished_at),
        )
    )
    return ended.rowcount == 1


def amend(tx: Connection, operation: int, name: str, state: StepState, seen: str) -> None:
    """What turned out after it had ended; how it ended stays as its run has it."""
    tx.execute(update(steps).where(_row(operation, name)).values(state=state.value, seen=seen))


def skip_rest(tx: Connection, operation: int) -> None:
    """What was not begun will not be."""
    tx.execute(
        update(steps)
        .where(steps.c.operation_id == operation, steps.c.state == StepState.WAITING.value)
        .values(state=StepState.SKIPPED.value)
    )


def _row(operation: int, name: str) -> ColumnElement[bool]:
    return (steps.c.operation_id == operation) & (steps.c.name == name)
