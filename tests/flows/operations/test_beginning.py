"""The first step of a run: whether it is still wanted and possible, and the plan approved."""

from dataclasses import replace

import pytest

from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.operations.operation import Mode, State, StepState, Stop
from bot.domain.operations.plan import Plan
from bot.engine.outcome import Ending
from bot.flows.operations.beginning import BACK, FORWARD, LATER, OVER
from bot.store.database import DatabaseAway
from tests.domain.operations.made import plan, step
from tests.flows.operations.beginning_stage import approved, begin, beginning
from tests.flows.operations.office import ADA, Drawn, Office

OTHER = plan(steps=(step(args={"after": "red"}, decisive=True),))
NOTHING = plan(steps=(), notes=("graphql-api is already on v1.4.1.",))
AWAY = Unavailable("Kubernetes does not answer.")


def test_what_holds_runs_with_the_plan_that_was_approved(office: Office) -> None:
    one = approved(office)
    begun = beginning(office).begin(one.run_id, one.id)

    assert begun["way"] == FORWARD
    assert [each["name"] for each in begun["steps"]] == ["switch graphql-api"]
    assert begun["verify"] == [{"component": "graphql-api"}]
    after = office.find(one.id)
    assert (after.state, after.started_at) == (State.RUNNING, office.at)


def test_a_crash_before_it_was_remembered_begins_again_and_tells_nothing_twice(
    office: Office,
) -> None:
    one = approved(office)
    assert begin(office, one) == FORWARD
    began = office.find(one.id)
    office.later(seconds=9)
    assert begin(office, one) == FORWARD
    assert office.find(one.id) == began
    assert office.story(one.incident).count(f"{one.name}: running") == 1


@pytest.mark.parametrize("crashed", [False, True])
def test_another_plan_is_shown_anew(office: Office, *, crashed: bool) -> None:
    """Also where the process died right after it had begun: nothing was done yet."""
    one = approved(office)
    if crashed:
        begin(office, one)
    assert begin(office, one, OTHER) == OVER

    after = office.find(one.id)
    assert (after.state, after.plan_hash) == (State.AWAITING_APPROVAL, OTHER.digest)
    assert (after.approved_by, after.started_at, after.due_at) == (None, None, None)
    assert office.held() == {}
    assert any("the world changed" in line for line in office.story(one.incident))
    assert begin(office, one, OTHER) == OVER
    assert office.find(one.id) == after


def test_what_somebody_else_did_meanwhile_needs_not_be_done(office: Office) -> None:
    one = approved(office)
    assert begin(office, one, NOTHING) == OVER
    after = office.find(one.id)
    assert (after.state, after.said) == (State.SUCCEEDED, "graphql-api is already on v1.4.1.")
    assert office.held() == {}
    assert office.rows(one.id) == {}
    assert (after.plan, after.plan_hash, after.checks) == (None, None, ())
    assert "there is nothing to undo" in office.say(f"operation revert {one.name}").text
    assert "revert" not in office.say(f"operation show {one.name}").text


def test_a_stop_before_it_began_ends_it(office: Office) -> None:
    one = approved(office, stop=Stop(actor=ADA, at=office.at))
    assert begin(office, one, AWAY) == OVER
    after = office.find(one.id)
    assert (after.state, after.said) == (
        State.CANCELLED, f"stopped by @{ADA} before anything was done",
    )  # fmt: skip
    assert office.held() == {}


def test_a_stop_while_another_plan_was_made_is_not_forgotten(office: Office) -> None:
    one = approved(office)

    stopping = Drawn(plans=[OTHER], meanwhile=lambda: office.say(f"operation cancel {one.name}"))
    begun = replace(beginning(office), planner=stopping)
    assert begun.begin(one.run_id, one.id) == {"way": OVER}
    assert office.find(one.id).state is State.CANCELLED


@pytest.mark.parametrize("trouble", [Refused("v1.4.1 is gone.", "Name another."), GiveUp("No.")])
def test_what_cannot_be_done_any_more_fails_in_words(office: Office, trouble: Exception) -> None:
    one = approved(office)
    assert begin(office, one, trouble) == OVER
    after = office.find(one.id)
    assert (after.state, after.said) == (State.FAILED, f"{trouble} Nothing was changed.")
    assert office.held() == {}


def test_a_vendor_that_is_away_is_waited_for_until_patience_ends(office: Office) -> None:
    one = approved(office)
    away = beginning(office, AWAY)
    first = away.begin(one.run_id, one.id)
    assert first == {"way": LATER, "since": office.at}
    office.later(minutes=4, seconds=59)
    assert away.begin(one.run_id, one.id, first["since"]) == first
    assert office.find(one.id) == one
    assert office.calls() == []

    office.later(seconds=1)
    assert away.begin(one.run_id, one.id, first["since"]) == {"way": OVER}

    after = office.find(one.id)
    assert after.state is State.FAILED
    assert after.said == "Kubernetes does not answer. It was waited for, and nothing was changed."
    (call,) = office.calls()
    assert call.text == f"{one.name} is failed: {after.said}"


def test_our_own_database_is_waited_for_by_the_step(office: Office) -> None:
    """It is nobody's reason to give an operation up."""
    one = approved(office)
    with pytest.raises(DatabaseAway):
        begin(office, one, DatabaseAway("The database does not answer."), last=True)
    assert office.find(one.id) == one


@pytest.mark.parametrize(
    "state", [State.SUCCEEDED, State.CANCELLED, State.STUCK, State.AWAITING_APPROVAL]
)
def test_what_is_not_to_run_does_not(office: Office, state: State) -> None:
    one = office.add(state)
    assert begin(office, one) == OVER
    assert office.find(one.id) == one


def test_an_old_run_does_not_begin(office: Office) -> None:
    one = approved(office, run=2)
    begun = beginning(office).begin(f"op:{one.id}:1", one.id)
    assert begun == {"way": OVER}


@pytest.mark.parametrize("answer", [OTHER, Refused("No."), AWAY], ids=["other", "no", "away"])
def test_whoever_was_overtaken_changes_nothing(office: Office, answer: Plan | Exception) -> None:
    """A process that slept while another went on with its run."""
    one = approved(office)
    begin(office, one)
    office.does(one, "switch graphql-api")
    running = office.find(one.id)

    begin(office, one, answer, last=True)

    assert office.find(one.id) == running
    assert office.held() == {"graphql-api": one.id}


def test_a_run_back_gets_what_was_done(office: Office) -> None:
    steps = (step("freeze", optional=True), step(decisive=True), step("drain"))
    one = office.add(State.UNDOING, mode=Mode.UNDO, plan=plan(steps=steps))
    office.does(one, "freeze", Ending.ALREADY)
    office.does(one, "switch graphql-api", Ending.LATE)

    begun = beginning(office, AWAY).begin(one.run_id, one.id)

    assert begun["way"] == BACK
    told = [(each["step"]["name"], each["outcome"]["ending"]) for each in begun["ended"]]
    assert told == [("freeze", Ending.ALREADY), ("switch graphql-api", Ending.LATE)]
    assert office.rows(one.id)["drain"].state is StepState.WAITING
