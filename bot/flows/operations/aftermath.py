"""What an operation leaves behind in rows: a freeze that stands, something to be put back later."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from bot.domain.operation import Operation
from bot.domain.plan import Step
from bot.domain.policy import Policy
from bot.store import duties, freezes
from bot.store.freezes import Freeze

_FREEZES = ("freeze_deploys", "lock_site")
_THAWS = ("unfreeze_deploys", "unlock_site")


def after_step(
    tx: Connection, operation: Operation, step: Step, policy: Policy, now: datetime
) -> None:
    """For a step that went well: its component's deploys stand still from now on, or no more."""
    if step.action in _FREEZES:
        freeze = Freeze(
            environment=operation.environment,
            component=step.component,
            operation=operation.id,
            incident=operation.incident,
            actor=operation.approved_by or operation.requested_by,
            why=operation.request.why or f"{operation.kind} {operation.name}",
            at=now,
            remind_at=now + policy.remind_frozen_after,
        )
        freezes.put(tx, freeze)
    elif step.action in _THAWS:
        freezes.lift(tx, operation.environment, (step.component,))


def after_run(
    tx: Connection, operation: Operation, acted: Iterable[Step], policy: Policy, now: datetime
) -> None:
    """For a run that went well: a scaler that was raised for it goes back when it is safe."""
    for step in acted:
        if step.action == "scale_idle":
            duties.leave(
                tx,
                operation.id,
                f"restore the minimum of {step.component}",
                action="restore_minimum",
                args={name: step.args[name] for name in ("namespace", "deployment", "scaler")},
                due_at=now + policy.warm_again,
            )
