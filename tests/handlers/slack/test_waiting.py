"""What waits for somebody, in the menu and on the App Home: looked at and approved from there."""

from bot.domain.operations.operation import State
from tests.handlers.operations import waiting
from tests.handlers.slack.room import ADA, GRACE, Room


def test_a_plan_is_approved_from_the_app_home(room: Room) -> None:
    room.fire()
    waiting(room.bot)
    room.slack.open_home(GRACE)
    assert room.slack.wait_for(lambda: room.slack.home(GRACE))
    home = room.slack.home(GRACE)
    assert home is not None
    room.slack.click(home, "Look", user=GRACE)
    room.slack.modal(GRACE).expect("OP-1").expect("lets it run")
    room.slack.click(home, "Approve", user=GRACE)
    after = room.bot.operation(1)
    assert (after.state, after.approved_by) == (State.APPROVED, "slack:U2")


def test_the_menu_shows_what_waits_and_to_whom(room: Room) -> None:
    room.fire()
    waiting(room.bot)
    room.command(GRACE, "")
    room.command(ADA, "")
    menu = room.slack.channel("C1", user=GRACE).expect_whisper("Needs you")
    room.slack.channel("C1", user=ADA).expect_whisper("Waits for a second operator")
    menu.click("Look", by=GRACE)
    room.slack.channel("C1", user=GRACE).expect_whisper("lets it run")
