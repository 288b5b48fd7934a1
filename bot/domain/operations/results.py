"""What became of each component of an operation that ends without a verdict, by its steps."""

from collections.abc import Mapping, Sequence

from bot.domain.operations.operation import Operation, Progress, StepState

_WRONG = (StepState.FAILED, StepState.STUCK)


def results(operation: Operation, progress: Sequence[Progress]) -> Mapping[str, str]:
    """In words: what went wrong with it first, or else what was done with it last."""
    planned = operation.plan.steps if operation.plan else ()
    optional = {step.name for step in planned if step.optional}
    told = [one for one in progress if one.name not in optional]
    return {
        name: _result([one for one in told if one.component == name])
        for name in operation.components
    }


def _result(mine: Sequence[Progress]) -> str:
    wrong = [one for one in mine if one.state in _WRONG]
    done = [one for one in mine if one.state is StepState.DONE]
    told = [*wrong[:1], *done[-1:]]
    return f"{told[0].name}: {told[0].seen}" if told else "left as it was"
