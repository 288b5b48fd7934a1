"""An operation's plan, checks and steps for card tests, and what its card says of them."""

from datetime import timedelta

from bot.cards.incident import CardView, card
from bot.cards.operation import OperationView
from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.operation import Operation, Progress, State, StepState
from tests.cards.cases import BASE_URL, PEOPLE, all_texts, incident
from tests.domain.operations.made import NOW, operation, plan, step

PLAN = plan(
    notes=("The idle colour is scaled first.",),
    steps=(
        step("freeze", stage=0, does="Freezes deploys", seconds=15, undo="stays"),
        step("scale", stage=1, does="Scales green", touches="one HPA", seconds=60, undo="put back"),
        step("switch", stage=2, does="Switches to green", check="only green", decisive=True,
             seconds=100),
    ),
)  # fmt: skip
CHECKS = (
    Check(code=Code.TARGET, result=Result.PASS, seen="v1.4.1"),
    Check(code=Code.BLAST_RADIUS, result=Result.WARN, seen="2 depend on it"),
    Check(code=Code.SCHEMA, result=Result.BLOCK, seen="7 is not 6", component="graphql-api"),
    Check(code=Code.IMAGE, result=Result.UNKNOWN, seen="no answer"),
)


def progress(*states: StepState) -> list[Progress]:
    rows = []
    for one, state in zip(PLAN.steps, states, strict=True):
        begun = state not in (StepState.WAITING, StepState.SKIPPED)
        ended = state in (StepState.DONE, StepState.FAILED, StepState.STUCK)
        rows.append(
            Progress(
                name=one.name, component=one.component, state=state, text=one.does,
                seen="what was seen by @slack:U1" if ended else "",
                started_at=NOW if begun else None,
                finished_at=NOW + timedelta(seconds=12) if ended else None,
            )
        )  # fmt: skip
    return rows


def view(*operations: Operation, steps: tuple[StepState, ...] = ()) -> CardView:
    rows = progress(*steps) if steps else []
    return CardView(
        incident=incident(),
        operations=[OperationView(operation=one, progress=rows) for one in operations],
        people=PEOPLE,
        base_url=BASE_URL,
        environment="production",
    )


def words(one: Operation, *steps: StepState) -> str:
    return all_texts(card(view(one, steps=steps)))


WAITING = operation(
    State.AWAITING_APPROVAL,
    plan=PLAN,
    checks=CHECKS,
    approvals_needed=1,
    said="a version was chosen by hand",
    expires_at=NOW + timedelta(minutes=10),
    incident=7,
)
RUNNING = operation(
    State.RUNNING, plan=PLAN, started_at=NOW, due_at=NOW + timedelta(minutes=5), run=1,
    approved_by="cli:ada", checks=CHECKS, incident=7,
)  # fmt: skip
DONE, GOING, TO_COME = StepState.DONE, StepState.RUNNING, StepState.WAITING
