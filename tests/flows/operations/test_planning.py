"""Every operation that was asked for gets its plan, or the reason why there is none."""

import threading
from collections.abc import Iterator
from functools import partial

import pytest

from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.operations.operation import Operation, Request, State
from bot.domain.operations.plan import Plan
from bot.flows.leader import Leader
from bot.flows.operations.planning import BUSY, PATIENCE, PlanningLoop
from bot.store.database import DatabaseAway
from tests.crash.patience import until
from tests.domain.operations.made import plan
from tests.flows.operations.office import Drawn, Office

AWAY = Unavailable("Kubernetes does not answer.", retry_after=5)


class Room:
    """A planning loop with its turns."""

    def __init__(self, office: Office) -> None:
        self.office, self.drawn = office, Drawn()
        self.loop = PlanningLoop(
            record=office.record, planner=self.drawn, catalogue=lambda: office.catalogue,
            now=lambda: office.at,
        )  # fmt: skip

    def turned(self, *plans: Plan | Exception) -> None:
        """Until what this turn began is at its end."""
        self.drawn.plans = list(plans) or self.drawn.plans
        until(lambda: self.loop.turn() != BUSY, "what it began is planned")


@pytest.fixture
def room(office: Office) -> Iterator[Room]:
    one = Room(office)
    yield one
    one.loop.stop()


def asked(office: Office, **fields: object) -> Operation:
    return office.add(State.PLANNING, **fields)


def test_a_plan_is_shown_with_what_it_takes(room: Room, office: Office) -> None:
    one = asked(office)
    room.turned(plan())
    after = office.find(one.id)
    assert (after.state, after.approvals_needed) == (State.AWAITING_APPROVAL, 1)
    assert after.expires_at == office.at + office.catalogue.policy.approval_lasts
    assert list(office.rows(one.id)) == ["switch graphql-api"]
    assert office.held() == {}
    assert any("a second operator must approve it" in line for line in office.story(one.incident))


def test_a_dry_run_is_shown_and_over(room: Room, office: Office) -> None:
    one = asked(office, request=Request(dry_run=True))
    room.turned(plan())
    assert office.find(one.id).state is State.DRY_RUN


def test_nothing_to_do_is_a_success_in_words(room: Room, office: Office) -> None:
    one = asked(office)
    room.turned(plan(steps=(), notes=("graphql-api is already on v1.4.1.",)))
    after = office.find(one.id)
    assert (after.state, after.said) == (State.SUCCEEDED, "graphql-api is already on v1.4.1.")


@pytest.mark.parametrize("no", [Refused("None is known to be good.", "Name one."), GiveUp("403")])
def test_a_refusal_is_told(room: Room, office: Office, no: Exception) -> None:
    one = asked(office)
    room.turned(no)
    after = office.find(one.id)
    assert (after.state, after.said, after.closed_at) == (State.BLOCKED, str(no), office.at)


def test_a_vendor_that_is_away_is_asked_again_when_it_may_and_not_before(
    room: Room, office: Office
) -> None:
    one = asked(office)
    room.turned(AWAY)
    room.turned(AWAY)
    assert (room.drawn.asked, room.loop.problem) == (1, "Kubernetes does not answer.")
    assert office.find(one.id).state is State.PLANNING
    office.later(seconds=5)
    room.turned(plan())
    assert office.find(one.id).state is State.AWAITING_APPROVAL
    assert room.loop.problem is None


def test_who_does_not_lead_any_more_has_no_problem(room: Room, office: Office) -> None:
    asked(office)
    room.turned(AWAY)
    assert room.loop.problem
    office.later(minutes=1)
    assert Leader(office.db, "planning", lambda: office.at, "another").leads()
    room.loop.turn()
    assert room.loop.problem is None


def test_patience_ends_in_words_and_the_trouble_is_not_told_for_ever(
    room: Room, office: Office
) -> None:
    one = asked(office)
    office.later(seconds=PATIENCE.total_seconds() + 1)
    room.turned(AWAY)
    after = office.find(one.id)
    assert after.state is State.BLOCKED
    assert after.said == (
        "Kubernetes does not answer. It was waited for, and nothing was done. Ask for it again."
    )
    room.turned(AWAY)
    assert room.loop.problem is None


def test_our_own_database_is_the_loop_s_to_wait_for(room: Room, office: Office) -> None:
    one = asked(office)
    office.later(hours=1)
    with pytest.raises(DatabaseAway):
        room.turned(DatabaseAway("The database does not answer."))
    assert office.find(one.id).state is State.PLANNING
    room.turned(plan())
    assert office.find(one.id).state is State.AWAITING_APPROVAL


def test_a_bug_ends_the_operation_and_is_told_to_the_loop(room: Room, office: Office) -> None:
    one = asked(office)
    with pytest.raises(ZeroDivisionError):
        room.turned(ZeroDivisionError())
    after = office.find(one.id)
    assert after.state is State.BLOCKED
    assert "A bug kept it from being planned; nothing was done." in after.said


def test_what_was_cancelled_meanwhile_stays_so(room: Room, office: Office) -> None:
    one = asked(office)
    go_on = threading.Event()

    room.drawn.plans, room.drawn.meanwhile = [plan()], partial(go_on.wait, 30)
    room.loop.turn()
    office.say(f"operation cancel {one.name}")
    go_on.set()
    room.turned()
    assert office.find(one.id).state is State.CANCELLED
    assert office.rows(one.id) == {}


def test_several_are_planned_side_by_side(room: Room, office: Office) -> None:
    both = threading.Barrier(2)

    incident = office.incident()
    one, other = asked(office, incident=incident), asked(office, incident=incident)
    room.drawn.meanwhile = partial(both.wait, 30)
    room.turned(plan())
    assert {office.find(each.id).state for each in (one, other)} == {State.AWAITING_APPROVAL}
