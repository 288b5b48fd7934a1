"""A freeze that a rollback went without is tried on, and shouted about until it stands."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.actions.parts.freezing import marks
from bot.domain.operations import lane
from bot.domain.operations.operating import ended
from bot.domain.operations.operation import Operation, State, StepState
from bot.domain.operations.plan import Kind
from bot.engine.outcome import Ending
from bot.flows.duties import DutyLoop
from bot.flows.operations.refreezing import TRIES
from bot.flows.operations.reminding import Reminding
from tests.domain.operations.made import plan, step
from tests.flows.operations.office import Office
from tests.flows.operations.planning_stage import Stage

API, DOCS = "graphql-api", "docs-site"
ENVIRONMENT = "production"
_SECOND = timedelta(seconds=1)
DEPLOYMENTS = ("graphql-api-blue", "graphql-api-green")


@dataclass
class Shift:
    """Whoever sees to duties, on a platform whose API may refuse every write."""

    office: Office
    stage: Stage

    def __post_init__(self) -> None:
        reminding = Reminding(self.office.record, lambda: self.office.catalogue)
        world = replace(self.stage.world, now=lambda: self.office.at)
        self._loop = DutyLoop(self.office.db, world, lambda: None, reminding)

    def away(self, times: int = 1000) -> None:
        self.stage.cluster.api.faults.status("PATCH", "/deployments/", 503, times=times)
        self.stage.hosts.faults.status("POST", "/lock", 503, times=times)

    def back(self) -> None:
        self.stage.cluster.api.faults.clear()
        self.stage.hosts.faults.clear()

    def turn(self, times: int = 1) -> None:
        for _ in range(times):
            self.office.later(seconds=15)
            self._loop.turn()

    def frozen(self, component: str = API) -> bool:
        if component == DOCS:
            published = self.stage.hosts.published("candlefish-docs-site")
            return published is not None and bool(published.locked)
        cluster = self.stage.world.cluster
        assert cluster is not None
        return all(marks(cluster, ENVIRONMENT, DEPLOYMENTS).values())

    def went_without(self, component: str = API, ending: Ending = Ending.FAILED) -> Operation:
        """A rollback whose freeze ended so, and that moved the traffic all the same."""
        made = lane.freeze(self.stage.catalogue.components[component], ENVIRONMENT, "OP-1",
                           optional=True)  # fmt: skip
        move = step(component=component, decisive=True)
        one = self.office.add(State.RUNNING, plan=plan(component, steps=(made, move)))
        self.office.does(one, made.name, ending)
        return self.office.find(one.id)

    def over(self, one: Operation, state: State) -> None:
        self.office.record.keep(
            one.id, lambda _, found: ended(found, state, state.spoken, self.office.at)
        )


@pytest.fixture
def shift(office: Office, stage: Stage) -> Shift:
    return Shift(office, stage)


@pytest.mark.parametrize("component", [API, DOCS])
def test_it_is_tried_every_quarter_of_a_minute_until_it_stands(
    office: Office, shift: Shift, component: str
) -> None:
    shift.away()
    one = shift.went_without(component)
    name = f"freeze {component}"
    shout = f"deploys of {component} are NOT frozen: {name}: failed, nothing was changed"
    (call,) = office.calls()
    assert (call.level, call.text) == (2, f"OP-1: {shout}. It is tried again every 15 s.")
    assert f"OP-1: {name}: {shout}" in office.story(one.incident)
    shift.over(one, State.SUCCEEDED)
    shift.turn(times=3)
    assert shout in office.say("operation show OP-1").text
    assert (shift.frozen(component), office.frozen()) == (False, [])

    shift.back()
    shift.turn(times=2)

    assert shift.frozen(component)
    (freeze,) = office.frozen()
    assert (freeze.component, freeze.operation) == (component, one.id)
    assert (
        freeze.remind_at == office.at - 15 * _SECOND + office.catalogue.policy.remind_frozen_after
    )
    told = [each for each in office.story(one.incident) if "frozen after all" in each]
    assert len(told) == 1
    assert office.rows(one.id)[name].state is StepState.DONE
    assert "NOT frozen" not in office.say("operation show OP-1").text
    assert len(office.calls()) == 1
    assert office.due() == []


def test_where_it_takes_long_somebody_is_called_once_more_and_it_is_tried_on(
    office: Office, shift: Shift
) -> None:
    shift.away()
    shift.went_without()
    shift.turn(times=TRIES + 4)
    _, call = office.calls()
    assert call.level == 3
    assert "deploys of graphql-api are NOT frozen, for 2 min now" in call.text
    shift.back()
    shift.turn()
    assert shift.frozen()


def test_what_stands_in_part_is_made_whole(office: Office, shift: Shift) -> None:
    one = shift.went_without(ending=Ending.LATE)
    before = office.frozen()
    shift.turn()
    assert shift.frozen()
    assert office.frozen() == before
    assert office.rows(one.id)["freeze graphql-api"].state is StepState.DONE


def _thawed(office: Office, shift: Shift, one: Operation) -> None:
    """While it is lifted nobody freezes, and after it either."""
    thaw = lane.unfreeze(shift.stage.catalogue.components[API], ENVIRONMENT)
    made = plan(API, kind=Kind.UNFREEZE, steps=(thaw,))
    shift.over(one, State.SUCCEEDED)
    lifting = office.add(State.RUNNING, kind=Kind.UNFREEZE, plan=made)
    shift.turn(times=2)
    assert not shift.frozen()
    office.does(lifting, thaw.name)
    shift.over(lifting, State.SUCCEEDED)
    row = office.rows(one.id)["freeze graphql-api"]
    assert (row.state, row.seen) == (
        StepState.SKIPPED, "not tried any more: OP-2 lets deploys go on",
    )  # fmt: skip


def _came_to_nothing(office: Office, shift: Shift, one: Operation) -> None:
    shift.over(one, State.UNDONE)


@pytest.mark.parametrize("end", [_thawed, _came_to_nothing])
def test_nobody_freezes_what_was_lifted_or_has_nothing_to_keep(
    office: Office, shift: Shift, end: Callable[[Office, Shift, Operation], None]
) -> None:
    one = shift.went_without()
    end(office, shift, one)
    shift.turn(times=3)
    assert (shift.frozen(), office.frozen()) == (False, [])
    assert [duty.done_at is not None for duty in office.duties()] == [True]


def test_another_operation_at_work_is_no_reason_to_wait(office: Office, shift: Shift) -> None:
    """A restart takes longer than the pipeline needs for its next run."""
    one = shift.went_without()
    shift.over(one, State.SUCCEEDED)
    office.add(State.RUNNING, kind=Kind.RESTART)
    shift.turn()
    assert shift.frozen()


@pytest.mark.parametrize("ending", [Ending.CANCELLED, Ending.STOPPED])
def test_whoever_stopped_it_is_not_called_and_nothing_is_tried_on(
    office: Office, shift: Shift, ending: Ending
) -> None:
    shift.went_without(ending=ending)
    assert office.calls() == []
    assert office.duties() == []
