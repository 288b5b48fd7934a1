"""The steps of an operation on its card: each with its state and time, the news before the rest."""

from collections.abc import Mapping, Sequence

from bot.cards.mrkdwn import clock, said
from bot.cards.operation_words import told
from bot.domain.operations.operating import waiting
from bot.domain.operations.operation import READ, Operation, Progress, StepState
from bot.domain.operations.plan import Step, stages
from bot.domain.operations.under_way import under_way
from bot.domain.ops_data.people import Person
from bot.domain.wording import count, lasting

_TEXT_LENGTH = 240
_SEEN_LENGTH = 240
_MARKS = {
    StepState.WAITING: "▫️",
    StepState.RUNNING: "▶️",
    StepState.DONE: "✓",
    StepState.FAILED: "✗",
    StepState.SKIPPED: "–",  # noqa: RUF001 - a dash, as for "left out"
    StepState.STUCK: "🆘",
}
# What is shown first where there is no room for all.
_NEWS = (StepState.STUCK, StepState.FAILED, StepState.RUNNING, StepState.WAITING, StepState.DONE)


def step_lines(
    one: Operation, progress: Sequence[Progress], people: Mapping[str, Person], room: int
) -> tuple[list[str], int]:
    """The lines that fit, in the plan's order, and how many steps they leave out."""
    if one.plan is None:
        return [], 0
    # The plan is read with all that it touches; later its steps are watched.
    if one.state not in READ:
        lines = [(row, _under_way(row, people)) for row in under_way(one, progress)]
        return _chosen(lines, room)
    places = _places(one.plan.steps)
    whole = [_in_full(step, places) for step in one.plan.steps]
    if sum(len(line) + 1 for line in whole) <= room:
        return whole, 0
    bare = [_bare(step, places) for step in one.plan.steps]
    return _chosen(list(zip(waiting(one.plan.steps), bare, strict=True)), room)


def _chosen(lines: Sequence[tuple[Progress, str]], room: int) -> tuple[list[str], int]:
    def urgency(place: int) -> tuple[int, int]:
        state = lines[place][0].state
        return _NEWS.index(state) if state in _NEWS else len(_NEWS), place

    kept = set()
    for place in sorted(range(len(lines)), key=urgency):
        room -= len(lines[place][1]) + 1
        if room < 0:
            break
        kept.add(place)
    return [line for place, (_, line) in enumerate(lines) if place in kept], len(lines) - len(kept)


def _under_way(row: Progress, people: Mapping[str, Person]) -> str:
    parts = [f"{_MARKS[row.state]} {said(row.text or row.name, _TEXT_LENGTH)}"]
    if row.started_at and row.finished_at:
        parts.append(lasting((row.finished_at - row.started_at).total_seconds()))
    elif row.state is StepState.RUNNING and row.started_at:
        parts.append(f"since {clock(row.started_at)}")
    if row.attempts > 1:
        parts.append(count(row.attempts, "attempt"))
    line = " · ".join(parts)
    if row.seen and row.state in (StepState.FAILED, StepState.STUCK):
        line += f": {told(row.seen, people, _SEEN_LENGTH)}"
    return line


def _places(steps: Sequence[Step]) -> Mapping[str, int]:
    """The number of each step; those that run side by side share one."""
    numbers: dict[str, int] = {}
    number = 0
    for stage in stages(steps):
        lanes: dict[str, int] = {}
        for step in stage:
            lanes[step.component] = lanes.get(step.component, number) + 1
            numbers[step.name] = lanes[step.component]
        number = max(lanes.values(), default=number)
    return numbers


def _bare(step: Step, places: Mapping[str, int]) -> str:
    text = said(step.does or step.name, _TEXT_LENGTH)
    return f"{places[step.name]}. {text} (at most {lasting(step.seconds)})"


def _in_full(step: Step, places: Mapping[str, int]) -> str:
    parts = [_bare(step, places)]
    if step.touches:
        parts.append(f"_touches_ {said(step.touches, _TEXT_LENGTH)}")
    if step.check:
        parts.append(f"_checked:_ {said(step.check, _TEXT_LENGTH)}")
    if step.undo:
        parts.append(f"_undo:_ {said(step.undo, _TEXT_LENGTH)}")
    return "\n      ".join([parts[0], "; ".join(parts[1:])]) if len(parts) > 1 else parts[0]
