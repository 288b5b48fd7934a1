"""Every button and every choice of the menu, taken and refused."""

from typing import Any

import pytest

from tests.handlers.slack.room import ADA, GRACE, LINUS, VIEWER, Room


def pressed(action: dict[str, Any], *, user: str = ADA, **told: Any) -> dict[str, Any]:
    """A click of the test's own making."""
    return {
        "type": "block_actions",
        "user": {"id": user, "team_id": "T1"},
        "team": {"id": "T1"},
        "channel": {"id": "C1"},
        "trigger_id": "7.8.9",
        "actions": [{"type": "button", "block_id": "b", "action_ts": "1.1", **action}],
        **told,
    }


def kinds(room: Room, number: int = 1) -> list[str]:
    return [one.entry.kind.value for one in room.bot.timeline(number)]


def test_escalate_calls_the_next_level(room: Room) -> None:
    card = room.fire()
    card.click("Escalate", by=ADA)
    card.expect("level 2")
    assert room.bot.incident(1).level == 2


def test_mitigated(room: Room) -> None:
    card = room.fire()
    card.click("Mitigated", by=ADA)
    card.expect("*Mitigated* by <@U1>")
    assert "Mitigated" not in card.options


def test_resolve_asks_again(room: Room) -> None:
    card = room.fire()
    card.click("Resolve", by=ADA)
    form = room.slack.modal(ADA).expect("It stays ended until an alert starts anew")
    assert room.bot.incident(1).is_open
    assert form.submit(note="the disk was full") == ""
    card.expect("*Resolved* by <@U1>")


def test_reopen(room: Room) -> None:
    card = room.fire()
    room.command(ADA, 'resolve INC-1 "over"')
    card.expect("*Resolved*")
    card.click("Reopen", by=GRACE)
    card.expect("*Open*")


def test_timeline_is_a_personal_link(room: Room) -> None:
    card = room.fire()
    card.click("Timeline", by=VIEWER)
    told = room.slack.channel("C1", user=VIEWER).expect_whisper("for you alone")
    assert told.buttons == ["Open INC-1"]
    link = told.blocks[-1]["elements"][0]["url"]
    assert link.startswith("https://bot.example.org/incidents/INC-1?t=ey")
    assert room.slack.whispers(ADA) == []
    told.click("Open INC-1", by=VIEWER)
    assert len(room.slack.whispers(VIEWER)) == 1


@pytest.mark.parametrize("label", ["Acknowledge", "Escalate", "Mitigated"])
def test_a_viewer_is_refused(room: Room, label: str) -> None:
    card = room.fire()
    before = kinds(room)
    card.click(label, by=VIEWER)
    room.slack.channel("C1", user=VIEWER).expect_whisper("needs the role")
    assert kinds(room) == before


def test_a_button_that_came_too_late_says_how_it_is(room: Room) -> None:
    card = room.fire()
    before = card.current
    room.command(ADA, 'resolve INC-1 "over"')
    for label in ("Acknowledge", "Escalate", "Mitigated"):
        room.slack.click(before, label, user=LINUS)
    for _ in range(3):
        room.slack.channel("C1", user=LINUS).expect_whisper("INC-1")
    assert room.slack.wait_for(lambda: len(room.slack.whispers(LINUS)) == 3)
    assert room.bot.incident(1).acknowledged_by is None


def test_a_click_delivered_twice_counts_once(room: Room) -> None:
    room.fire()
    click = pressed({"action_id": "escalate", "value": "INC-1"})
    assert [room.interact(click).status_code for _ in range(2)] == [200, 200]
    assert room.bot.incident(1).level == 2


def test_a_click_without_a_trigger_is_known_by_when_and_what(room: Room) -> None:
    room.fire()
    click = pressed({"action_id": "escalate", "value": "INC-1"}, trigger_id="")
    assert [room.interact(click).status_code for _ in range(2)] == [200, 200]
    assert room.bot.incident(1).level == 2


@pytest.mark.parametrize(
    "action",
    [
        {"action_id": "launch", "value": "INC-1"},
        {"action_id": "ack", "value": "INC-1 --force"},
        {"action_id": "ack"},
        {"action_id": "more", "selected_option": {"value": "erase INC-1"}},
        {"action_id": "form:erase", "value": "erase"},
    ],
)
def test_a_button_that_is_not_known_is_answered_in_words(
    room: Room, action: dict[str, Any]
) -> None:
    click = pressed(action, response_url=_answers_at(room))
    assert room.interact(click).status_code == 200
    room.slack.channel("C1", user=ADA).expect_whisper("older Candlefish")


def _answers_at(room: Room) -> str:
    key = room.slack.ws.response_urls.issue(ADA, "C1")
    return f"{room.slack.url}/actions/T1/A1/{key}"


def test_a_stranger_from_another_workspace_is_refused(room: Room) -> None:
    room.fire()
    answers_at = _answers_at(room)
    click = pressed({"action_id": "ack", "value": "INC-1"}, response_url=answers_at)
    assert room.interact({**click, "user": {"id": ADA, "team_id": "T2"}}).status_code == 200
    room.slack.channel("C1", user=ADA).expect_whisper("its own workspace only")
    assert room.bot.incident(1).acknowledged_by is None


def test_a_refusal_in_the_home_is_a_box(room: Room) -> None:
    room.fire()
    room.slack.open_home(VIEWER)
    assert room.slack.wait_for(lambda: room.slack.home(VIEWER))
    home = room.slack.home(VIEWER)
    assert home is not None
    room.slack.click(home, "Acknowledge", user=VIEWER)
    room.slack.modal(VIEWER).expect("needs the role")
    assert room.bot.incident(1).acknowledged_by is None


def test_a_box_that_slack_does_not_open_is_logged(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    room.fire()
    room.slack.open_home(VIEWER)
    assert room.slack.wait_for(lambda: room.slack.home(VIEWER))
    home = room.slack.home(VIEWER)
    assert home is not None
    room.slack.faults.status("views.open", 503)
    room.slack.click(home, "Acknowledge", user=VIEWER)
    assert "slack.unanswered" in capsys.readouterr().out


def test_words_are_sent_again_while_slack_does_not_take_them(room: Room) -> None:
    card = room.fire()
    room.slack.faults.rate_limit("response_url", retry_after=1)
    card.click("Acknowledge", by=VIEWER)
    room.slack.channel("C1", user=VIEWER).expect_whisper("needs the role")


def test_a_click_while_nothing_can_be_stored_says_so(room: Room) -> None:
    card = room.fire()
    with room.bot.db.write() as tx:
        tx.exec_driver_sql("ALTER TABLE seen RENAME TO gone")
    card.click("Acknowledge", by=ADA)
    room.slack.channel("C1", user=ADA).expect_whisper("Nothing was done")
    assert room.bot.incident(1).acknowledged_by is None
