"""The first step of a run: whether its approval still counts."""

from dataclasses import replace

from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.operation import Request, State
from bot.domain.ops_data.people import Role
from bot.flows.operations.beginning import FORWARD, LATER, OVER
from tests.flows.operations.beginning_stage import approved, begin
from tests.flows.operations.office import Office

BLOCK = Check(code=Code.IMAGE, result=Result.BLOCK, seen="the registry has no such image")
SCHEMA = Check(code=Code.SCHEMA, result=Result.BLOCK, seen="schema 7 is live")


def test_a_new_block_stops_it_by_name_and_a_known_one_does_not(office: Office) -> None:
    one = approved(office)
    assert begin(office, one, found=(BLOCK,)) == OVER
    assert "P2 image: the registry has no such image" in office.find(one.id).said

    forced = approved(office, checks=(BLOCK,))
    assert begin(office, forced, found=(BLOCK,)) == FORWARD


def test_glass_broken_before_a_block_was_there_is_not_broken_for_it(office: Office) -> None:
    passed = replace(SCHEMA, result=Result.PASS)
    request = Request(force="checkout is down, nobody answers")
    one = approved(office, request=request, approver_role=Role.RESPONDER, checks=(passed,))

    assert begin(office, one, found=(SCHEMA,)) == OVER

    after = office.find(one.id)
    assert after.state is State.AWAITING_APPROVAL
    against = "this came to stand against it: P4 schema: schema 7 is live"
    assert after.said.endswith(f"{against}; read it again")
    assert (after.approvals_needed, after.approver_role) == (1, Role.OPERATOR)
    assert office.held() == {}
    assert any(f"{against}; the plan is shown anew" in line for line in office.story(one.incident))

    second = office.approve(one.id)
    assert begin(office, second, found=(SCHEMA,)) == FORWARD


def test_what_break_glass_never_skips_stops_it_here_too(office: Office) -> None:
    request = Request(force="checkout is down, nobody answers")
    one = approved(office, request=request, approver_role=Role.RESPONDER)
    assert begin(office, one, found=(BLOCK, SCHEMA)) == OVER
    after = office.find(one.id)
    assert after.state is State.FAILED
    assert "P2 image: the registry has no such image" in after.said


def test_an_approver_who_lost_the_role_approved_nothing(office: Office) -> None:
    one = approved(office, approved_by="slack:U3")
    assert begin(office, one) == OVER
    after = office.find(one.id)
    assert after.state is State.FAILED
    assert "@slack:U3 approved it and is not operator any more" in after.said


def test_a_role_by_group_counts_while_its_list_is_fresh_and_is_waited_for(office: Office) -> None:
    one = approved(office, approved_by="slack:U99")
    groups = {"S013": frozenset({one.approver_role})}
    office.desk.catalogue = replace(office.catalogue, groups=groups)
    office.desk.join_group("U99", "S013")
    office.later(seconds=61)
    assert begin(office, one) == LATER
    office.later(seconds=-1)
    assert begin(office, one) == FORWARD


def test_who_broke_the_glass_by_an_old_list_is_waited_for_too(office: Office) -> None:
    """After a quarter of an hour a list gives at most responder, and that is enough to click."""
    one = approved(office, approved_by="slack:U99", approver_role=Role.RESPONDER)
    office.desk.join_group("U99", "S012")
    office.later(minutes=16)
    assert begin(office, one) == LATER


def test_an_approver_who_was_barred_approved_nothing(office: Office) -> None:
    one = approved(office)
    office.desk.bar("U1", "it is deactivated")
    begin(office, one)
    assert "may not any more: it is deactivated" in office.find(one.id).said


def test_a_bearer_whom_nobody_knows_was_judged_by_the_token(office: Office) -> None:
    assert begin(office, approved(office, approved_by="cli:robot")) == FORWARD


def test_an_approval_that_nothing_came_of_is_asked_for_again(office: Office) -> None:
    """The bot was away: people may have helped themselves, and a restart would come at noon."""
    one = approved(office)
    office.later(hours=6)
    assert begin(office, one) == OVER

    after = office.find(one.id)
    assert (after.state, after.approved_by) == (State.AWAITING_APPROVAL, None)
    assert after.said == "it was approved 6 h ago and has not begun since; read it again"
    assert office.held() == {}


def test_an_approval_holds_as_long_as_there_was_to_give_it(office: Office) -> None:
    one = approved(office)
    office.later(minutes=10)
    assert begin(office, one) == FORWARD
