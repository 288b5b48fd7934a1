from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import Refused
from bot.domain.operations import operating
from bot.domain.operations.approval import Need
from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.operation import ENDED, HOLDING, Mode, Request, State
from bot.domain.ops_data.people import Role
from bot.domain.ops_data.policy import Policy
from tests.domain.operations.made import NOW, operation, plan, step

NEED = Need(approvals=1, role=Role.OPERATOR, why="a version was chosen by hand")
BLOCK = Check(code=Code.IMAGE, result=Result.BLOCK, seen="the registry has no such image")


def test_every_move_is_one_version_on() -> None:
    before = operation(version=3)
    move = operating.refused(before, "no", NOW)
    assert (move.decided_on, move.operation.version) == (3, 4)


def test_a_plan_waits_for_approval_for_ten_minutes() -> None:
    after = operating.planned(operation(), plan(), (), NEED, now=NOW, policy=Policy()).operation
    assert after.state is State.AWAITING_APPROVAL
    assert after.plan_hash == plan().digest
    assert after.expires_at == NOW + timedelta(minutes=10)
    assert after.approvals_needed == 1


def test_a_dry_run_only_shows() -> None:
    asked = operation(request=Request(dry_run=True))
    after = operating.planned(asked, plan(), (BLOCK,), NEED, now=NOW, policy=Policy()).operation
    assert after.state is State.DRY_RUN
    assert after.closed_at == NOW


def test_a_block_stops_it_by_name() -> None:
    move = operating.planned(operation(), plan(), (BLOCK,), NEED, now=NOW, policy=Policy())
    assert move.operation.state is State.BLOCKED
    assert "P2 image: the registry has no such image" in move.operation.said


def test_an_approval_is_for_the_next_run_and_starts_the_budget() -> None:
    waiting = operation(State.AWAITING_APPROVAL, run=1)
    after = operating.approved(waiting, "cli:grace", NOW, Policy()).operation
    assert after.run_id == "op:7:2"
    assert after.due_at == NOW + timedelta(minutes=5)
    assert after.expires_at is None


def test_the_same_number_of_another_database_has_other_keys() -> None:
    """A fresh database counts from one, and the cluster remembers what the lost one did."""
    one = operation(State.APPROVED, run=1)
    other = replace(one, requested_at=one.requested_at + timedelta(days=1))
    assert one.run_id == other.run_id
    assert one.key_root != other.key_root


def test_a_changed_world_goes_back_to_approval() -> None:
    was = operation(State.APPROVED, run=1, approved_by="cli:grace", approved_at=NOW)
    other = plan(steps=(step(args={"after": "red"}),))
    after = operating.shown_anew(
        was, other, (), NEED, why="the world changed", now=NOW, policy=Policy()
    ).operation
    assert after.state is State.AWAITING_APPROVAL
    assert after.plan_hash == other.digest != was.plan_hash
    assert after.approved_by is None
    assert "the world changed" in after.said


@pytest.mark.parametrize("state", [State.PLANNING, State.AWAITING_APPROVAL])
def test_cancelling_what_did_not_begin_ends_it(state: State) -> None:
    after = operating.cancel(operation(state), "cli:ada", NOW).operation
    assert after.state is State.CANCELLED
    assert after.closed_at == NOW


@pytest.mark.parametrize("state", [State.APPROVED, State.RUNNING])
def test_cancelling_what_runs_asks_the_run_to_stop(state: State) -> None:
    after = operating.cancel(operation(state), "cli:ada", NOW, "wrong component").operation
    assert after.state is state
    assert after.stop is not None
    assert after.stop.why == "wrong component"
    with pytest.raises(Refused, match="asked OP-7 to stop already"):
        operating.cancel(after, "cli:grace", NOW)


def test_a_decision_to_revert_is_a_run_of_its_own() -> None:
    undecided = operation(State.AWAITING_DECISION, run=1)
    after = operating.revert(undecided, "cli:ada", NOW).operation
    assert (after.state, after.mode, after.run) == (State.UNDOING, Mode.UNDO, 2)


def test_keeping_what_is_undecided() -> None:
    after = operating.close(operation(State.AWAITING_DECISION), "cli:ada", NOW).operation
    assert after.state is State.SUCCEEDED
    assert after.closed_at == NOW


def test_closing_what_is_stuck_keeps_the_word() -> None:
    after = operating.close(operation(State.STUCK, said="nobody can tell"), "cli:ada", NOW)
    assert after.operation.state is State.STUCK
    assert after.operation.closed_at == NOW


@pytest.mark.parametrize("state", sorted(HOLDING - {State.AWAITING_DECISION}))
def test_what_runs_is_not_closed(state: State) -> None:
    with pytest.raises(Refused, match="only a stuck or undecided one"):
        operating.close(operation(state), "cli:ada", NOW)


@pytest.mark.parametrize("state", sorted(ENDED))
@pytest.mark.parametrize("move", [operating.cancel, operating.revert])
def test_what_is_over_stays_over(state: State, move: object) -> None:
    assert callable(move)
    with pytest.raises(Refused) as refused:
        move(operation(state, said="said"), "cli:ada", NOW)
    assert refused.value.next_move


@pytest.mark.parametrize("state", sorted(ENDED))
def test_a_run_ends_and_what_is_stuck_stays_open_for_a_person(state: State) -> None:
    after = operating.ended(operation(State.RUNNING), state, "said", NOW).operation
    assert after.state is state
    assert (after.closed_at is None) == (state is State.STUCK)
    undecided = operating.ended(
        operation(State.RUNNING), State.AWAITING_DECISION, "said", NOW
    ).operation
    assert undecided.finished_at is None
    assert undecided.closed_at is None


def test_the_words_say_who_must_approve() -> None:
    forced = Need(approvals=0, role=Role.RESPONDER, why="break-glass")
    for needed, words in ((NEED, "a second operator must"), (forced, "one responder must")):
        move = operating.planned(operation(), plan(), (), needed, now=NOW, policy=Policy())
        assert words in move.entries[0].text


@pytest.mark.parametrize(
    ("fields", "switches"),
    [
        ({}, 0),
        ({"mode": Mode.UNDO}, 0),
        ({"switched_at": NOW}, 1),
        ({"switched_at": NOW, "mode": Mode.UNDO}, 2),
    ],
)
def test_there_and_back_are_two_switches(fields: dict[str, object], switches: int) -> None:
    assert operation(State.UNDONE, **fields).switches == switches


def test_a_plan_without_steps_says_why_there_is_nothing_to_do() -> None:
    silent, telling = plan(steps=()), plan(steps=(), notes=("It is on v1.4.1.", "Since noon."))
    for empty, said in (
        (silent, "it is so already, nothing to do"),
        (telling, "It is on v1.4.1. Since noon."),
    ):
        after = operating.nothing_to_do(operation(due_at=NOW), empty, NOW).operation
        assert (after.state, after.said, after.due_at) == (State.SUCCEEDED, said, None)


def test_where_there_is_no_next_good_release_the_one_before_is_said_to_be_closed() -> None:
    one = operation(request=Request(components=("graphql-api",), follows=3))
    told = operating.refused(one, "No earlier release is known to be good.", NOW).operation
    assert told.said == ("No earlier release is known to be good. OP-3 was taken as it is already.")
    assert operating.refused(operation(), "There is none.", NOW).operation.said == "There is none."
