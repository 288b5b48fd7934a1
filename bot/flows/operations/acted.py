"""What an operation did so far, as its rows have it: for whoever goes on from there."""

from sqlalchemy import Connection

from bot.domain.operations.operation import Operation
from bot.domain.operations.plan import Step
from bot.engine.outcome import Ending, Outcome
from bot.flows.operations.course import Ended
from bot.store import steps

UNDO = "undo "  # before the name of the step that a step back puts right


def steps_ended(tx: Connection, operation: Operation) -> list[Ended]:
    """The steps of the plan that ended, with how."""
    rows = {row.name: row for row in steps.of_operation(tx, operation.id) if row.ending}
    plan = operation.plan.steps if operation.plan else ()
    return [
        Ended(
            step=step,
            outcome=Outcome(ending=Ending(rows[step.name].ending), seen=rows[step.name].seen),
        )
        for step in plan
        if step.name in rows
    ]


def standing(tx: Connection, operation: Operation) -> list[Step]:
    """The steps whose work stands: they went well, came late or were stopped in their middle.

    Those that were undone are not among them.
    """
    rows = {row.name: row for row in steps.of_operation(tx, operation.id)}
    undone = {
        name.removeprefix(UNDO)
        for name, row in rows.items()
        if name.startswith(UNDO) and row.ending in (Ending.DONE, Ending.ALREADY)
    }
    return [
        one.step
        for one in steps_ended(tx, operation)
        if (one.outcome.well or one.outcome.acted) and one.step.name not in undone
    ]


def untouched(tx: Connection, operation: Operation) -> bool:
    """Whether no step of it was ever begun."""
    return not any(row.attempts for row in steps.of_operation(tx, operation.id))
