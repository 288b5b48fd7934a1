"""How many must approve a plan, from the plan, its checks and what is on fire now."""

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.domain.operations.approval import Need, need
from bot.domain.operations.check import Check
from bot.domain.operations.operation import Operation, State
from bot.domain.operations.plan import Plan
from bot.domain.severity import Severity
from bot.store import incidents


def needed(tx: Connection, plan: Plan, operation: Operation, checks: Sequence[Check]) -> Need:
    worst = worst_open(tx, plan.environment, plan.components)
    return need(plan, operation.request, checks, worst)


def miscounted(tx: Connection, one: Operation) -> Need | None:
    """What it takes now, where the plan that is shown says something else."""
    if one.state is not State.AWAITING_APPROVAL or one.plan is None:
        return None
    now = needed(tx, one.plan, one, one.checks)
    shown = (one.approvals_needed, one.approver_role)
    return None if shown == (now.approvals, now.role) else now


def worst_open(tx: Connection, environment: str, components: Sequence[str]) -> Severity | None:
    """The worst severity of the open incidents on these components."""
    open_ones = incidents.open_on(tx, environment, components)
    return min((one.severity for one in open_ones), key=lambda one: one.rank, default=None)
