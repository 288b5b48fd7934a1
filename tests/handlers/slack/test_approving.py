"""Approvals from the card: who may, of which plan, and once."""

from datetime import timedelta

import pytest

from bot.domain.operations.operation import State
from tests.handlers.operations import (
    asked,
    ended,
    planned,
    replanned,
    running,
    waiting,
)
from tests.handlers.slack.room import ADA, GRACE, LINUS, VIEWER, Room
from tests.handlers.slack.test_buttons import pressed


def refused(room: Room, user: str, words: str) -> None:
    room.slack.channel("C1", user=user).expect_whisper(words)


def test_a_second_person_approves_what_the_card_shows(room: Room) -> None:
    card = room.fire()
    one = waiting(room.bot)
    card.expect("*Waits for a second operator to approve it*")
    card.click("Approve", by=ADA)
    refused(room, ADA, "needs a second person, and you asked for it yourself")
    assert room.bot.operation(1).state is State.AWAITING_APPROVAL

    card.click("Approve", by=GRACE)
    card.expect("*Approved* by <@U2>")
    after = room.bot.operation(one.id)
    assert (after.state, after.approved_by) == (State.APPROVED, "slack:U2")
    assert room.slack.whispers(GRACE) == []


@pytest.mark.parametrize("user", [VIEWER, LINUS])
def test_the_wrong_role_approves_nothing(room: Room, user: str) -> None:
    card = room.fire()
    waiting(room.bot)
    card.expect("Waits for")
    card.click("Approve", by=user)
    refused(room, user, "needs the role")
    assert room.bot.operation(1).state is State.AWAITING_APPROVAL


def test_of_two_clicks_one_approves_and_the_other_is_told(room: Room) -> None:
    card = room.fire()
    waiting(room.bot, by="slack:U4")
    card.expect("Waits for")
    before = card.current
    room.slack.click(before, "Approve", user=ADA)
    room.slack.click(before, "Approve", user=GRACE)
    refused(room, GRACE, "OP-1 was approved by <@U1> already")
    assert room.bot.operation(1).run == 1


def test_a_click_delivered_twice_is_one_approval(room: Room) -> None:
    room.fire()
    one = waiting(room.bot, by="slack:U4")
    value = f"OP-1 INC-1 {one.plan_hash}"
    click = pressed({"action_id": "approve", "value": value}, response_url="")
    assert [room.interact(click).status_code for _ in range(2)] == [200, 200]
    assert room.bot.operation(1).run == 1
    entries = [one.entry.text for one in room.bot.timeline(1)]
    assert entries.count("OP-1: approved") == 1
    assert room.slack.whispers(ADA) == []


def test_an_approval_of_another_plan_is_refused_by_its_hash(room: Room) -> None:
    card = room.fire()
    waiting(room.bot)
    card.expect("Switches the traffic")
    before = card.current
    replanned(room.bot, 1)
    card.expect("Switches it all")
    room.slack.click(before, "Approve", user=GRACE)
    refused(room, GRACE, "is not the one you saw: the world changed")
    assert room.bot.operation(1).state is State.AWAITING_APPROVAL
    card.click("Approve", by=GRACE)
    card.expect("*Approved* by <@U2>")


def test_a_plan_that_ran_out_is_refused(room: Room) -> None:
    card = room.fire()
    asked(room.bot)
    planned(room.bot, 1, lasts=timedelta(seconds=-1))
    card.expect("Waits for")
    card.click("Approve", by=GRACE)
    refused(room, GRACE, "ran out")
    assert room.bot.operation(1).approved_by is None


def test_an_approval_that_comes_again_after_the_end_is_refused(room: Room) -> None:
    card = room.fire()
    waiting(room.bot)
    card.expect("Waits for")
    before = card.current
    card.click("Approve", by=GRACE)
    card.expect("*Approved*")
    running(room.bot, 1)
    ended(room.bot, 1, State.SUCCEEDED, "done after 95 s")
    card.expect("✅ *Succeeded*: done after 95 s")
    room.slack.click(before, "Approve", user=GRACE)
    refused(room, GRACE, "approved by <@U2> already: it is done")
