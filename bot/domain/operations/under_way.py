"""Which steps of a run go on now.

A step that begins changes no incident, so nothing would bring a card up to date: the step that is
next has begun as soon as the one before it ended.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.operations.operation import Operation, Progress, State, StepState
from bot.domain.operations.plan import stages

_OPEN = (StepState.WAITING, StepState.RUNNING)


def under_way(one: Operation, progress: Sequence[Progress]) -> list[Progress]:
    """The rows, with the first open step of every lane of the present stage as running."""
    rows = list(progress)
    if one.state is not State.RUNNING or one.stop is not None or one.plan is None:
        return rows
    still_open = {row.name for row in rows if row.state in _OPEN}
    for stage in stages(one.plan.steps):
        lanes: dict[str, str] = {}
        for step in stage:
            if step.name in still_open:
                lanes.setdefault(step.component, step.name)
        if lanes:
            going = set(lanes.values())
            return [
                replace(row, state=StepState.RUNNING) if row.name in going else row for row in rows
            ]
    return rows
