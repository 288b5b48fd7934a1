"""From the channel to the database and back, over HTTP and over Socket Mode."""

from tests.handlers.slack.room import ADA, GRACE, LINUS, VIEWER, Room


def test_a_command_is_answered_to_whoever_asked(either_room: Room) -> None:
    shown = either_room.slack.command(ADA, "/candlefish help")
    assert "`/candlefish escalate [INC-1]" in shown.text
    assert shown.messages == ()
    assert [card.current.user for card in shown.whispers] == [ADA]


def test_a_card_is_acknowledged_by_a_click(either_room: Room) -> None:
    card = either_room.fire()
    card.click("Acknowledge", by=GRACE)
    card.expect("*Acknowledged* by <@U2>")
    assert either_room.slack.whispers(GRACE) == []


def test_the_second_to_press_learns_who_was_first(either_room: Room) -> None:
    card = either_room.fire()
    before = card.current
    card.click("Acknowledge", by=GRACE)
    either_room.slack.click(before, "Acknowledge", user=LINUS)
    either_room.slack.channel("C1", user=LINUS).expect_whisper("<@U2>")
    assert either_room.bot.incident(1).acknowledged_by == "slack:U2"


def test_a_form_is_opened_and_sent(either_room: Room) -> None:
    card = either_room.fire()
    card.click("Note…", by=LINUS)
    form = either_room.slack.modal(LINUS).expect("What should the timeline say?")
    words = 'the "pool" was `empty` & <slow>\nand small'
    assert form.submit(text=words) == ""
    (note,) = [one for one in either_room.bot.timeline(1) if one.entry.kind == "note"]
    assert note.entry.text.endswith(words)
    assert either_room.slack.views(LINUS) == []


def test_the_home_shows_what_is_open(either_room: Room) -> None:
    either_room.fire()
    either_room.slack.open_home(ADA)
    assert either_room.slack.wait_for(lambda: either_room.slack.home(ADA))
    home = either_room.slack.home(ADA)
    assert home is not None
    either_room.slack.click(home, "Acknowledge", user=ADA)
    assert either_room.slack.wait_for(lambda: "you have it" in str(either_room.slack.home(ADA)))
    assert either_room.bot.incident(1).acknowledged_by == "slack:U1"


def test_who_may_not_is_told_so_alone(either_room: Room) -> None:
    card = either_room.fire()
    card.click("Acknowledge", by=VIEWER)
    whisper = either_room.slack.channel("C1", user=VIEWER).expect_whisper("needs the role")
    assert "`/candlefish oncall`" in whisper.text
    assert either_room.bot.incident(1).acknowledged_by is None


def test_a_command_is_acknowledged_while_slack_is_out(room: Room) -> None:
    room.fire()
    room.slack.faults.latency(3.0)
    for method in ("views.open", "chat.update"):
        room.slack.faults.status(method, 503, times=50)
    assert "INC-1" in room.command(ADA, "incident list")
    assert "You have INC-1" in room.command(ADA, "ack INC-1")
    room.slack.faults.clear()


def test_a_form_that_slack_does_not_open(room: Room) -> None:
    card = room.fire()
    room.slack.faults.status("views.open", 503, times=2)
    card.click("Note…", by=ADA)
    told = room.slack.channel("C1", user=ADA).expect_whisper("Type it instead")
    assert '`/candlefish incident note INC-1 "what you found"`' in told.text
    assert "`/candlefish incident note" in room.command(ADA, "note")
    assert room.slack.views(ADA) == []
