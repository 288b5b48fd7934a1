"""`/candlefish …` typed in a channel: answered in words, whatever it was."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import httpx
import pytest

from bot.domain.incidents.alert import Alert, Status
from bot.store import facts
from tests.handlers.slack.room import ADA, VIEWER, Room


def typed(text: str, **told: str) -> bytes:
    """A command of the test's own making."""
    fields = {
        "command": "/candlefish",
        "user_id": ADA,
        "channel_id": "C1",
        "team_id": "T1",
        "text": text,
        "trigger_id": "1.2.3",
    }
    return urlencode({**fields, **told}).encode()


def words(answer: httpx.Response) -> str:
    assert answer.status_code == 200
    assert answer.json()["response_type"] == "ephemeral"
    return str(answer.json()["blocks"])


def test_the_bare_command_opens_a_menu_with_buttons(room: Room) -> None:
    room.fire()
    (menu,) = room.slack.command(ADA, "/candlefish").whispers
    assert "Needs you" in menu.text
    assert menu.buttons == [
        "Acknowledge", "Escalate", "Declare…", "Status", "On call", "All open", "Help"
    ]  # fmt: skip
    menu.click("Acknowledge", by=ADA)
    room.slack.channel("C1", user=ADA).expect_whisper("You have INC-1")
    menu.click("On call", by=ADA)
    room.slack.channel("C1", user=ADA).expect_whisper("Ladder default")


def test_the_menu_shows_the_worst_however_many_are_open(room: Room) -> None:
    room.fire("TheWorst")
    mild = [
        Alert(
            source="alertmanager",
            fingerprint=f"mild-{number}",
            status=Status.FIRING,
            labels={"alertname": "Mild", "severity": "info", "service": f"part-{number}"},
            annotations={},
            group_key=f"mild-{number}",
        )
        for number in range(101)
    ]
    room.bot.receive(mild).result(timeout=10)

    assert "TheWorst" in words(room.post(typed("")))


def test_the_menu_of_a_quiet_night(room: Room) -> None:
    (menu,) = room.slack.command(ADA, "/candlefish").whispers
    assert "No incident is open" in menu.text


def test_a_wrong_word_is_put_right(room: Room) -> None:
    assert "`/candlefish escalate" in room.command(ADA, "esclate INC-1")


def test_a_wrong_role_is_told_whom_to_ask(room: Room) -> None:
    room.fire()
    said = room.command(VIEWER, "ack INC-1")
    assert "needs the role responder" in said
    assert "`/candlefish oncall`" in said


def test_a_wrong_place_is_told_the_right_one(room: Room) -> None:
    room.fire()
    said = room.command(ADA, "ack INC-1", channel="#general")
    assert "<#C1>" in said
    assert "`/candlefish incident ack INC-1`" in said
    assert room.bot.incident(1).acknowledged_by is None


def test_another_command_is_answered_in_words(room: Room) -> None:
    assert "/candlefish help" in words(room.post(typed("", command="/candles")))


def test_what_is_sent_twice_is_done_once(room: Room) -> None:
    room.fire()
    body = typed('incident note INC-1 "once"')
    assert "Noted on INC-1" in words(room.post(body))
    again = room.post(body)
    assert (again.status_code, again.content) == (200, b"")
    assert [one.entry.kind for one in room.bot.timeline(1)].count("note") == 1


def test_a_question_is_answered_as_often_as_it_comes(room: Room) -> None:
    for _ in range(2):
        assert "Ladder default" in words(room.post(typed("oncall")))


def test_slackbot_is_refused_in_words(room: Room) -> None:
    assert "another" in words(room.post(typed("ack INC-1", user_id="USLACKBOT")))


def test_a_command_from_another_workspace_is_refused(room: Room) -> None:
    with room.bot.db.write() as tx:
        facts.learn(tx, facts.SLACK_TEAM, "T1", datetime.now(UTC))

    assert "another" in words(room.post(typed("incident list", team_id="T2")))


def test_who_is_barred_sees_nothing(room: Room) -> None:
    room.fire(service="secret-thing")
    with room.bot.db.write() as tx:
        tx.exec_driver_sql(
            "INSERT OR REPLACE INTO slack_people (user_id, team_id, barred, fetched_at)"
            " VALUES ('U9', 'T1', 'this account is a guest', 0)"
        )
    for text in ("", "note", "incident list", "timeline INC-1"):
        said = words(room.post(typed(text, user_id="U9")))
        assert "may not use Candlefish" in said
        assert "secret-thing" not in said


def test_what_cannot_be_stored_is_said_in_the_answer(room: Room) -> None:
    room.fire()
    with room.bot.db.write() as tx:
        tx.exec_driver_sql("ALTER TABLE seen RENAME TO gone")
    said = room.command(ADA, "ack INC-1")
    assert "Nothing was done" in said
    assert room.bot.incident(1).acknowledged_by is None


def test_a_long_answer_is_cut_and_leads_to_the_page(room: Room) -> None:
    room.fire()
    for number in range(4):
        room.command(ADA, f'incident note INC-1 "{number} {"<words> " * 360}"')
    (answer,) = room.slack.command(ADA, "/candlefish timeline INC-1").whispers
    assert "The page has the rest" in answer.text
    assert answer.buttons == ["Open the page"]
    link = answer.blocks[-1]["elements"][0]["url"]
    assert link.startswith("https://bot.example.org/incidents/INC-1?t=")


@pytest.mark.parametrize("verb", ["note", "incident severity", "silence", "declare"])
def test_a_verb_alone_opens_its_form(room: Room, verb: str) -> None:
    room.fire()
    assert room.command(ADA, verb) == ""
    room.slack.modal(ADA)


def test_a_form_about_nothing_is_not_opened(room: Room) -> None:
    assert "No incident is open" in room.command(ADA, "note")
    assert room.slack.views(ADA) == []


def test_a_note_asks_which_incident(room: Room) -> None:
    room.fire("RedisDown", service="redis")
    room.fire("SiteDown", service="docs-site", environment="staging")
    room.command(ADA, "note")
    form = room.slack.modal(ADA).expect("Which incident?")
    assert form.submit(incident="INC-2", text="seen") == ""
    assert "note" in [one.entry.kind for one in room.bot.timeline(2)]
    room.slack.modal(ADA).expect("Noted on INC-2")
