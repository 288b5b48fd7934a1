"""From the channel to the database and back: a command, a card, a click, a form, the Home."""

from tests.handlers.slack.room import Room


def test_a_command_and_a_click(either_room: Room) -> None:
    room = either_room
    assert "/candlefish escalate" in room.command("U1", "help")
    card = room.fire()
    card.click("Acknowledge", by="U2")
    card.expect("Acknowledged").expect("<@U2>")
    room.slack.open_home("U1")
    assert room.slack.wait_for(lambda: room.slack.home("U1"))
