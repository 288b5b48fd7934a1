import pytest

from bot.domain.operations.operation import Progress, State, StepState
from bot.domain.operations.results import results
from tests.domain.operations.made import operation, plan, step

FREEZE = step("freeze graphql-api", stage=0, optional=True)
SCALE, SWITCH = step("scale graphql-api"), step("switch graphql-api", decisive=True)
RUNNING = operation(State.RUNNING, plan=plan(steps=(FREEZE, SCALE, SWITCH)))


def progress(name: str, state: StepState, component: str = "graphql-api") -> Progress:
    return Progress(name=name, component=component, state=state, text="", seen=f"{name} was seen")


FROZEN = progress("freeze graphql-api", StepState.DONE)
SCALED = progress("scale graphql-api", StepState.DONE)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([FROZEN, SCALED], "scale graphql-api"),
        ([SCALED, progress("switch graphql-api", StepState.DONE)], "switch graphql-api"),
        (
            [
                SCALED,
                progress("switch graphql-api", StepState.FAILED),
                progress("undo scale graphql-api", StepState.DONE),
            ],
            "switch graphql-api",
        ),
        (
            [SCALED, progress("undo scale graphql-api", StepState.DONE)],
            "undo scale graphql-api",
        ),
        ([SCALED, progress("switch graphql-api", StepState.STUCK)], "switch graphql-api"),
    ],
)
def test_what_went_wrong_first_or_what_was_done_last(steps: list[Progress], words: str) -> None:
    assert results(RUNNING, steps) == {"graphql-api": f"{words}: {words} was seen"}


@pytest.mark.parametrize("steps", [[], [FROZEN], [progress("x", StepState.DONE, "docs-site")]])
def test_what_was_not_come_to_is_as_it_was(steps: list[Progress]) -> None:
    """A freeze that may fail says nothing of it."""
    assert results(RUNNING, steps) == {"graphql-api": "left as it was"}
