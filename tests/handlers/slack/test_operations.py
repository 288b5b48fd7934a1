"""Operations from the card: planned by a form, approved, stopped and undone by buttons, once."""

from functools import partial

from bot.domain.operations import operating
from bot.domain.operations.operation import State
from bot.domain.verbs.reply import Asked, Surface
from bot.domain.verification.verification import Verdict
from sandbox.slack.screen import Card
from tests.handlers.operations import (
    ended,
    moved,
    running,
    stepped,
    waiting,
)
from tests.handlers.slack.room import ADA, GRACE, VIEWER, Room


def later(room: Room, text: str) -> None:
    """After the clock went forward: Slack itself would be told that it comes too late."""
    asked = Asked(text=text, actor="cli:ada", surface=Surface.API, role="operator")
    assert room.bot.command(asked).status == 0


def test_the_menu_s_form_asks_for_a_plan_like_the_verb(room: Room) -> None:
    card = room.fire(service="graphql-api")
    card.click("Roll back…", by=ADA)
    form = room.slack.modal(ADA).expect("Nothing is done before it is approved")
    values = {"to-version": "v1.4.1", "dry-run": ["yes"], "may-stall": ["yes"]}
    assert form.submit(component="graphql-api", **values) == ""

    one = room.bot.operation(1)
    assert (one.kind, one.state, one.incident) == ("rollback", State.PLANNING, 1)
    assert one.request.components == ("graphql-api",)
    assert (one.request.to_version, one.request.dry_run) == ("v1.4.1", True)
    assert one.request.may_stall
    card.expect("OP-1").expect("*Being planned*")
    assert room.slack.whispers(ADA) == []


def test_the_form_rolls_back_everything_and_blames_words_that_are_wrong(room: Room) -> None:
    card = room.fire(service="graphql-api")
    card.click("Roll back…", by=ADA)
    form = room.slack.modal(ADA)
    wanted = {"component": "*", "to-version": "v1"}
    assert form.submit(**wanted, force="down") == "invalid_input"
    assert "at least 15 characters" in form.current.errors["component"]
    assert form.submit(**wanted, force="checkout is down, nobody answers") == ""
    asked = room.bot.operation(1).request
    assert (asked.components, asked.to_version) == ((), "v1")
    assert asked.force == "checkout is down, nobody answers"


def test_a_viewer_s_form_is_refused(room: Room) -> None:
    card = room.fire(service="graphql-api")
    card.click("Roll back…", by=VIEWER)
    form = room.slack.modal(VIEWER)
    assert form.submit(component="graphql-api") == "invalid_input"
    assert "needs the role operator" in form.current.errors["component"]


def test_cancel_until_the_switch_and_revert_after_it(room: Room) -> None:
    card = room.fire()
    for number in (1, 2):
        waiting(room.bot)
        card.expect(f"OP-{number}")
        card.click("Approve", by=GRACE)
        card.expect("*Approved*")
        running(room.bot, number)
        stepped(room.bot, number, "freeze")
        card.expect("✓ Freezes deploys · 12 s")
        if number == 1:
            card.click("Cancel", by=ADA)
            card.expect("<@U1> asked to stop")
            ended(room.bot, 1, State.CANCELLED, "cancelled, and nothing stays changed")
    stepped(room.bot, 2, "switch")
    card.expect("traffic moved <!date^")
    assert "Cancel" not in card.buttons
    card.click("Revert", by=ADA)
    card.expect("asked to stop")
    stop = room.bot.operation(2).stop
    assert stop is not None
    assert stop.actor == "slack:U1"


def test_what_waits_for_a_person_is_kept_or_undone(room: Room) -> None:
    card = room.fire()
    for number in (1, 2):
        waiting(room.bot)
        card.expect(f"OP-{number}")
        card.click("Approve", by=GRACE)
        card.expect("*Approved*")
        running(room.bot, number)
        ended(room.bot, number, State.AWAITING_DECISION, "nobody can tell how it does")
        card.expect("*Undecided*: nobody can tell how it does")
        card.click("Keep it" if number == 1 else "Revert", by=ADA)
        card.expect("kept as it is" if number == 1 else "*Being undone*")
    assert room.bot.operation(1).state is State.SUCCEEDED
    assert room.bot.operation(2).state is State.UNDOING


def test_what_did_not_help_goes_on_to_the_next_good_release(room: Room) -> None:
    card = room.fire()
    waiting(room.bot)
    card.expect("OP-1")
    card.click("Approve", by=GRACE)
    card.expect("*Approved*")
    running(room.bot, 1)
    ended(room.bot, 1, State.AWAITING_DECISION, "9 of 90 requests failed")
    card.expect("*Undecided*")
    card.click("Next good release", by=ADA)
    card.expect("*Being planned*").expect("on from OP-1")
    assert room.bot.operation(1).state is State.SUCCEEDED
    assert room.bot.operation(2).request.beyond == {"graphql-api": "good"}


def test_a_stuck_one_stays_on_the_card_until_it_is_put_right(room: Room) -> None:
    card = room.fire()
    waiting(room.bot)
    card.expect("Waits for")
    card.click("Approve", by=GRACE)
    card.expect("*Approved*")
    running(room.bot, 1)
    ended(room.bot, 1, State.STUCK, "the switch answered twice with another colour")
    card.expect("🆘 *Stuck*: the switch answered twice")
    room.clock.forward(hours=2)
    later(room, "ack INC-1")
    card.expect("*Acknowledged*").expect("🆘 *Stuck*")
    later(room, "operation close OP-1 put right by hand")
    card.expect("closed as it is: put right by hand")
    assert room.bot.operation(1).closed_at is not None


def test_a_result_leaves_the_card_after_half_an_hour(room: Room) -> None:
    card = room.fire()
    waiting(room.bot)
    card.expect("Waits for")
    moved(room.bot, 1, lambda found, now: operating.cancel(found, "slack:U1", now))
    card.expect("🚫 *Cancelled*")
    room.clock.forward(minutes=31)
    later(room, "ack INC-1")
    card.expect("*Acknowledged*")
    assert "OP-1" not in card.text


def done(room: Room) -> Card:
    card = room.fire()
    waiting(room.bot)
    card.expect("Waits for")
    card.click("Approve", by=GRACE)
    card.expect("*Approved*")
    running(room.bot, 1)
    stepped(room.bot, 1, "switch")
    well = partial(operating.ended, state=State.SUCCEEDED, said="done", verdict=Verdict.PASS)
    moved(room.bot, 1, lambda found, now: well(found, now=now))
    return card.expect("✅ *Succeeded*: done")


def test_what_went_well_is_reverted_from_its_card(room: Room) -> None:
    card = done(room)
    card.click("Revert", by=ADA)
    card.expect("*Being planned*").expect("back from OP-1")
    assert room.bot.operation(2).reverts == 1


def test_nobody_is_offered_to_revert_what_is_not_watched_any_more(room: Room) -> None:
    card = done(room)
    assert "Revert" in card.buttons
    room.clock.forward(minutes=16)
    later(room, "ack INC-1")
    card.expect("*Acknowledged*").expect("✅ *Succeeded*: done")
    assert "Revert" not in card.buttons


def test_decisions_on_a_card_cost_no_limit(room: Room) -> None:
    """Five changes in ten minutes are for what is no open incident's."""
    card = room.fire()
    for number in range(1, 8):
        waiting(room.bot, by="slack:U2")
        card.expect(f"OP-{number}")
        card.click("Cancel", by=ADA)
        assert room.slack.wait_for(
            lambda number=number: room.bot.operation(number).state is State.CANCELLED
        )


def test_the_thread_tells_it_by_name(room: Room) -> None:
    card = room.fire()
    waiting(room.bot)
    card.expect("Waits for")
    card.click("Approve", by=GRACE)
    card.expect_reply("*OP-1* by <@U2>: approved")
