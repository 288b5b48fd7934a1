"""What people call off: an operation is cancelled, reverted or closed."""

import pytest

from bot.domain.errors import Misuse
from bot.domain.operations.operation import ENDED, HOLDING, Mode, Request, State
from bot.domain.operations.plan import Kind, Leg, Mechanism
from bot.engine.outcome import Ending
from tests.domain.operations.made import plan, step
from tests.flows.operations.approval import WHY
from tests.flows.operations.office import ADA, GRACE, LINUS, Office

SCALED = step(
    "scale idle", action="scale_idle", stage=0,
    args={"namespace": "production", "deployment": "graphql-api-green", "scaler": "green",
          "live_deployment": "graphql-api-blue", "live_scaler": "blue"},
)  # fmt: skip


@pytest.mark.parametrize("state", [State.PLANNING, State.AWAITING_APPROVAL])
def test_cancelling_before_it_runs_ends_it(office: Office, state: State) -> None:
    one = office.add(state)
    reply = office.say(f'operation cancel {one.name} "wrong one"')
    after = office.find(one.id)
    assert (after.state, after.closed_at) == (State.CANCELLED, office.at)
    assert "is cancelled" in reply.text


@pytest.mark.parametrize("state", [State.APPROVED, State.RUNNING])
def test_cancelling_what_runs_asks_its_run(office: Office, state: State) -> None:
    one = office.add(state)
    office.say(f'operation cancel {one.name} "wrong one"')
    after = office.find(one.id)
    assert after.state is state
    assert after.stop is not None
    assert after.stop.why == "wrong one"
    assert "asked OP-1 to stop already" in office.say(f"operation cancel {one.name}", GRACE).text


@pytest.mark.parametrize("switched", [True, False])
def test_cancelling_what_waits_for_a_decision_reverts_it(office: Office, *, switched: bool) -> None:
    """What came late moved traffic though nothing says since when."""
    one = office.add(State.AWAITING_DECISION, switched_at=office.at if switched else None)
    office.say(f"operation cancel {one.name}")
    after = office.find(one.id)
    assert (after.state, after.run, after.mode) == (State.UNDOING, 2, Mode.UNDO)
    assert office.held() == {"graphql-api": one.id}


@pytest.mark.parametrize("verb", ["cancel", "revert"])
def test_what_is_being_undone_is_not_stopped(office: Office, verb: str) -> None:
    one = office.add(State.UNDOING, mode=Mode.UNDO)
    told = office.say(f"operation {verb} {one.name}").text
    assert "is being undone already. Wait until that is over:" in told
    assert office.find(one.id).stop is None
    assert "Wait until that is over" in office.say(f"operation close {one.name}").text


@pytest.mark.parametrize("words", ["cancel OP-1", "revert OP-1", f'revert OP-1 --force "{WHY}"'])
def test_what_is_stuck_is_put_right_by_hand_and_then_closed(office: Office, words: str) -> None:
    one = office.add(State.STUCK, said="stuck, the switch hangs")
    told = office.say(f"operation {words}").text
    assert told == (
        "OP-1 is stuck: the switch hangs. Look at it, put it right, then say so: "
        '`candlefish operation close OP-1 "what you did"`'
    )
    assert office.find(one.id) == one
    assert office.say('operation close OP-1 "what you did"').status == 0
    assert "is over" in office.say("operation cancel OP-1").text


def test_what_is_over_stays_so(office: Office) -> None:
    incident = office.incident()
    over = {"closed_at": office.at, "said": "it went so", "incident": incident}
    for state in ENDED - {State.SUCCEEDED, State.STUCK}:
        one = office.add(state, **over)
        for verb in ("cancel", "revert", "close"):
            reply = office.say(f"operation {verb} {one.name}")
            assert reply.status == 1
            assert f"operation show {one.name}" in reply.text
            assert office.find(one.id) == one


def test_whoever_asked_may_stop_it_from_wherever(office: Office) -> None:
    mine = office.add(requested_by=LINUS)
    assert office.say(f"operation cancel {mine.name}", LINUS).status == 0
    other = office.add(requested_by=ADA)
    assert "needs the role operator" in office.say(f"operation cancel {other.name}", LINUS).text


def test_whoever_asked_may_not_move_traffic_back_without_the_role(office: Office) -> None:
    incident = office.incident()
    for state in (State.APPROVED, State.RUNNING, State.AWAITING_DECISION):
        one = office.add(
            state, requested_by=LINUS, switched_at=office.at, incident=incident,
            plan=plan(state.value),
        )  # fmt: skip
        for verb in ("cancel", "revert"):
            told = office.say(f"operation {verb} {one.name}", LINUS).text
            assert f"Reverting {one.name} needs the role operator" in told
        assert office.find(one.id) == one
        assert office.say(f"operation cancel {one.name}", GRACE).status == 0
    begun = office.add(State.RUNNING, requested_by=LINUS, incident=incident)
    assert office.say(f"operation cancel {begun.name}", LINUS).status == 0


def test_reverting_what_is_done_asks_for_the_way_back(office: Office) -> None:
    one = office.add(State.SUCCEEDED, closed_at=office.at)
    reply = office.say(f'operation revert {one.name} "it was not the deploy"')
    after = office.find(one.id + 1)
    assert after.state is State.PLANNING
    assert (after.reverts, after.request.target) == (one.id, {"graphql-api": "bad"})
    assert f"{after.name} was asked for to go back" in reply.text


def test_what_released_nothing_has_no_way_back(office: Office) -> None:
    one = office.add(
        State.SUCCEEDED, closed_at=office.at, plan=plan(kind=Kind.FREEZE, legs=()), kind=Kind.FREEZE
    )
    told = office.say(f"operation revert {one.name}").text
    assert "A freeze has nothing to go back to" in told
    assert f"unfreeze {one.environment}" in told


def test_a_scale_that_is_done_leads_back_to_the_count_before(office: Office) -> None:
    legs = (Leg(component="graphql-api", mechanism=Mechanism.NONE),)
    scaled = office.add(
        State.SUCCEEDED, closed_at=office.at, plan=plan(kind=Kind.SCALE, legs=legs),
        kind=Kind.SCALE, request=Request(components=("graphql-api",), replicas=6),
    )  # fmt: skip
    forced = office.say(f'operation revert {scaled.name} --force "nobody else answers"')
    assert "there is no glass to break" in forced.text

    assert office.say(f"operation revert {scaled.name}").status == 0
    after = office.find(scaled.id + 1)
    assert (after.kind, after.reverts, after.state) == (Kind.SCALE, scaled.id, State.PLANNING)
    assert (after.components, after.request.replicas) == (("graphql-api",), 6)


@pytest.mark.parametrize("raised", [Ending.DONE, Ending.LATE])
@pytest.mark.parametrize("state", [State.STUCK, State.AWAITING_DECISION])
def test_closing_gives_the_locks_back_and_leaves_what_was_raised_to_be_lowered(
    office: Office, state: State, raised: Ending
) -> None:
    one = office.add(state, plan=plan(steps=(SCALED, step(decisive=True))))
    office.does(one, "scale idle", raised)
    office.does(one, "switch graphql-api", Ending.LATE)
    assert office.held()

    office.say(f'operation close {one.name} "put right by hand"')

    after = office.find(one.id)
    assert after.state is (State.STUCK if state is State.STUCK else State.SUCCEEDED)
    assert after.closed_at == office.at
    assert office.held() == {}
    lowered = ["restore the minimum of graphql-api"]
    assert [duty.name for duty in office.duties() if duty.action == "restore_minimum"] == lowered
    assert "is over" in office.say(f"operation close {one.name}").text
    assert [duty.name for duty in office.duties() if duty.action == "restore_minimum"] == lowered


def test_only_what_waits_for_a_person_is_closed(office: Office) -> None:
    incident = office.incident()
    busy = HOLDING - {State.AWAITING_DECISION, State.UNDOING}
    for state in busy | {State.PLANNING, State.AWAITING_APPROVAL}:
        one = office.add(state, incident=incident, plan=plan(state.value))
        assert f"operation cancel {one.name}" in office.say(f"operation close {one.name}").text
        assert office.find(one.id) == one


def test_the_way_back_breaks_the_glass_as_a_rollback_does(office: Office) -> None:
    one = office.add(State.SUCCEEDED, closed_at=office.at)
    assert "needs the role operator" in office.say(f"operation revert {one.name}", LINUS).text
    short = office.say(f"operation revert {one.name} --force because", LINUS)
    assert (short.status, "at least 15 characters" in short.text) == (Misuse.status, True)

    reply = office.say(f'operation revert {one.name} --force "{WHY}"', LINUS)

    assert reply.status == 0
    after = office.find(one.id + 1)
    assert (after.reverts, after.requested_by) == (one.id, "cli:linus")
    assert after.request == Request(
        components=("graphql-api",), target={"graphql-api": "bad"}, force=WHY
    )


def test_what_is_open_is_undone_without_broken_glass(office: Office) -> None:
    one = office.add(State.AWAITING_DECISION)
    reply = office.say(f'operation revert {one.name} --force "{WHY}"', LINUS)
    assert "OP-1 is undecided: there is no glass to break." in reply.text
    assert f"operation revert {one.name}`" in reply.text
    assert office.find(one.id) == one
