"""What an operation goes on without, said so that nobody overlooks it."""

from collections.abc import Sequence

from bot.domain.operations.check import Check
from bot.domain.operations.operation import Operation, Progress, State, StepState
from bot.domain.operations.plan import Step
from bot.domain.verification.verification import PASSED

_LACKS = {
    "freeze_deploys": "deploys of {} are NOT frozen",
    "lock_site": "deploys of {} are NOT frozen",
    "take_restore_point": "NO restore point of {}",
    "drain": "old connections of {} are NOT drained",
}
# These are as they were: nothing is risked by what they lacked.
AS_BEFORE = (State.UNDONE, State.FAILED, State.CANCELLED)


def lack(step: Step) -> str:
    """What there is not where the step did not go well; empty where that needs no telling."""
    return _LACKS.get(step.action, "").format(step.component)


def lacking(one: Operation, progress: Sequence[Progress]) -> list[str]:
    """As it is now: what came after all is not lacking any more, nor where nothing moved."""
    if one.plan is None or one.state in AS_BEFORE:
        return []
    wrong = {row.name: row.seen for row in progress if row.state is StepState.FAILED}
    return [
        f"{what}: {wrong[step.name]}"
        for step in one.plan.steps
        if step.optional and step.name in wrong and (what := lack(step))
    ]


def spared(one: Operation) -> list[Check]:
    """What was left for when all is well, where it is."""
    well = one.state is State.SUCCEEDED and one.verdict in PASSED
    return [check for check in one.checks if check.later] if well else []
