"""What an operation leaves behind in rows: a standing freeze, what is put back or asked later."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.actions.parts.stored import OfStore
from bot.domain.operations import lane
from bot.domain.operations.freeze import command
from bot.domain.operations.lacking import lack
from bot.domain.operations.operation import Operation, StepState
from bot.domain.operations.plan import Kind, Step
from bot.domain.operations.reminder import Topic, broke_the_glass, waits
from bot.domain.ops_data.policy import Policy
from bot.domain.wording import span
from bot.engine.outcome import Outcome
from bot.flows.operations.acted import UNDO
from bot.store import calls, duties, freezes, steps
from bot.store.codec import micros
from bot.store.freezes import Freeze

FREEZES = ("freeze_deploys", "lock_site")
REFREEZE_EVERY = timedelta(seconds=15)
_THAWS = ("unfreeze_deploys", "unlock_site")
_HELP_LEVEL = 2


def after_step(
    tx: Connection,
    operation: Operation,
    step: Step,
    outcome: Outcome,
    *,
    policy: Policy,
    now: datetime,
) -> None:
    """Its component's deploys stand still from now on, or no more, or somebody must hear of it.

    Later, however it ends, what was raised to take the traffic back goes back to its minimum, and a
    snapshot is deleted.
    """
    if step.action == "scale_idle" and step.name.startswith(UNDO):
        if outcome.acted:
            what, due_at = str(step.args["deployment"]), now + policy.warm_again
            _lower_later(tx, operation, step, what=what, due_at=due_at)
    elif step.action in FREEZES and (outcome.acted or _is_first(tx, operation, step, outcome)):
        freezes.put(tx, freeze_of(operation, step, policy, now))
    elif step.action in _THAWS and outcome.well:
        _lift(tx, operation, step, now)
    elif step.action == "take_restore_point":
        _delete_later(tx, operation, step, now + policy.restore_points_kept)
    missed = not outcome.well and not outcome.stopped
    if missed and lack(step):
        _call(tx, operation, step, outcome, now)
    if outcome.going_on:
        _see_to(tx, operation, step, now)
    elif step.action in FREEZES and missed and step.optional:
        _see_to(tx, operation, step, now + REFREEZE_EVERY)


def _see_to(tx: Connection, operation: Operation, step: Step, due_at: datetime) -> None:
    """Named as its step, whose row tells how it ends after all."""
    args = dict(step.args)
    duties.leave(tx, operation.id, step.name, action=step.action, args=args, due_at=due_at)


def _lift(tx: Connection, operation: Operation, step: Step, now: datetime) -> None:
    """Also what does not stand yet: nobody freezes any more what a person let go on."""
    freezes.lift(tx, operation.environment, (step.component,))
    for duty in duties.called(tx, lane.freezing(step.component), operation.environment):
        duties.done(tx, duty.number, now)
        seen = f"not tried any more: {operation.name} lets deploys go on"
        steps.amend(tx, duty.operation, duty.name, StepState.SKIPPED, seen)


def _is_first(tx: Connection, operation: Operation, step: Step, outcome: Outcome) -> bool:
    """What was frozen already is the freeze of whoever froze it, with its reminders and review."""
    there = freezes.standing(tx, operation.environment)
    return outcome.well and all(one.component != step.component for one in there)


def freeze_of(operation: Operation, step: Step, policy: Policy, now: datetime) -> Freeze:
    """Also where only a part of it carries the mark: that part stands still until it is lifted."""
    return Freeze(
        environment=operation.environment,
        component=step.component,
        operation=operation.id,
        incident=operation.incident,
        actor=operation.approved_by or operation.requested_by,
        why=operation.request.why or f"{operation.kind} {operation.name}",
        at=now,
        remind_at=now + policy.remind_frozen_after,
    )


def _call(
    tx: Connection, operation: Operation, step: Step, outcome: Outcome, now: datetime
) -> None:
    """The operation goes on without it, so somebody must know."""
    tried_on = step.action in FREEZES and step.optional
    again = f" It is tried again every {span(REFREEZE_EVERY)}." if tried_on else ""
    calls.want(
        tx,
        key=f"{operation.run_id}:{step.name}",
        incident=operation.incident,
        level=_HELP_LEVEL,
        text=f"{operation.name}: {lack(step)}: {outcome.seen.rstrip('.')}.{again}",
        now=now,
    )


def still_frozen(tx: Connection, operation: Operation) -> str:
    """What one that came to nothing leaves frozen, with the next move, and whose freeze it is."""
    wanted = operation.plan.steps if operation.plan else ()
    here = {step.component for step in wanted if step.action in FREEZES}
    left = freezes.standing(tx, operation.environment)
    mine = [one.component for one in left if one.operation == operation.id]
    lifts = command(Kind.UNFREEZE, operation.environment, mine)
    said = f". Deploys still stand still; `{lifts}` lets them go on"
    before = "".join(
        f". Deploys of {one.component} stood still before, by OP-{one.operation} of @{one.actor}"
        for one in left
        if one.component in here and one.component not in mine
    )
    return (said if mine else "") + before


def after_run(
    tx: Connection, operation: Operation, acted: Iterable[Step], policy: Policy, now: datetime
) -> None:
    """What was kept: a scaler that was raised for it goes back when it is safe."""
    for step in acted:
        if step.action == "scale_idle":
            due_at = now + policy.warm_again
            _lower_later(tx, operation, step, what=step.component, due_at=due_at)


def _lower_later(
    tx: Connection, operation: Operation, step: Step, *, what: str, due_at: datetime
) -> None:
    duties.leave(
        tx,
        operation.id,
        f"restore the minimum of {what}",
        action="restore_minimum",
        args={name: step.args[name] for name in ("namespace", "deployment", "scaler")},
        due_at=due_at,
    )


def _delete_later(tx: Connection, operation: Operation, step: Step, due_at: datetime) -> None:
    """However the step ended: where an answer was lost a snapshot may be there all the same."""
    action = "delete_restore_point"
    args = {name: step.args[name] for name in OfStore.__struct_fields__ if name in step.args}
    duties.leave(tx, operation.id, f"delete {step.name}", action=action, args=args, due_at=due_at)


def after_move(tx: Connection, operation: Operation, now: datetime) -> None:
    """What a person owes it from now on, each once: an answer while it waits, a review."""
    if waits(operation):
        run, state = operation.run_id, operation.state.value
        duties.leave(
            tx,
            operation.id,
            f"{Topic.ANSWER}: {run} {state}",
            action=Topic.ANSWER.value,
            args={"run": run, "state": state, "since": micros(now)},
            due_at=now,
        )
    if broke_the_glass(operation):
        review = Topic.REVIEW.value
        duties.leave(tx, operation.id, review, action=review, args={}, due_at=now)
