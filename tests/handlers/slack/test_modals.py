"""Every form, sent and refused, and sent twice."""

from typing import Any

import pytest

from tests.handlers.slack.room import ADA, LINUS, VIEWER, Room


def kinds(room: Room, number: int = 1) -> list[str]:
    return [one.entry.kind.value for one in room.bot.timeline(number)]


def sent(form: str, values: dict[str, str], *, user: str = ADA, **told: Any) -> dict[str, Any]:
    """A form of the test's own making, as Slack sends it."""
    state = {name: {name: {"type": "x", "value": value}} for name, value in values.items()}
    view = {
        "id": "V1",
        "callback_id": f"form:{form}",
        "private_metadata": f'{{"form": "{form}", "incident": "INC-1", "place": "C1"}}',
        "state": {"values": state},
    }
    return {
        "type": "view_submission",
        "user": {"id": user, "team_id": "T1"},
        "team": {"id": "T1"},
        "trigger_id": told.pop("trigger", "4.5.6"),
        "view": {**view, **told},
    }


def test_declare(room: Room) -> None:
    room.fire()
    room.command(ADA, "declare")
    form = room.slack.modal(ADA)
    title = 'Checkout shows "nothing" --severity sev1'
    assert form.submit(title=title, severity="sev2", component="graphql-api") == ""
    room.slack.modal(ADA).expect("INC-2 is open, sev2")
    one = room.bot.incident(2)
    assert (one.title, one.component) == (title, "graphql-api")
    room.slack.channel("C1").expect_card("Checkout shows")


def test_severity(room: Room) -> None:
    card = room.fire()
    card.click("Severity…", by=LINUS)
    form = room.slack.modal(LINUS)
    assert form.submit() == "invalid_input"
    assert form.submit(severity="sev1", why="checkout too") == ""
    card.expect("SEV1")


def test_silence_offers_the_alerts_of_the_incident(room: Room) -> None:
    card = room.fire()
    card.click("Silence…", by=ADA)
    form = room.slack.modal(ADA).expect("GraphqlDown")
    assert form.submit(why="load test") == ""
    assert "silence" in kinds(room)


def test_a_refusal_stands_at_its_field(room: Room) -> None:
    card = room.fire()
    before = kinds(room)
    for label, field, values in (
        ("Note…", "text", {"text": "x"}),
        ("Severity…", "severity", {"severity": "sev1"}),
        ("Silence…", "alert", {}),
        ("Resolve", "note", {}),
    ):
        card.click(label, by=VIEWER)
        form = room.slack.modal(VIEWER)
        assert form.submit(**values) == "invalid_input"
        assert "needs the role responder" in form.current.errors[field]
        form.close()
    assert kinds(room) == before


def test_a_refused_form_may_be_sent_again(room: Room) -> None:
    room.fire()
    wrong = room.interact(sent("severity", {"severity": "sev2"}, trigger="a")).json()
    assert wrong["response_action"] == "errors"
    right = room.interact(sent("severity", {"severity": "sev1"}, trigger="b"))
    assert right.content == b""
    assert room.bot.incident(1).severity == "sev1"


def test_a_form_sent_twice_does_its_work_once(room: Room) -> None:
    room.fire()
    for trigger in ("a", "a", "b"):
        answer = room.interact(sent("note", {"text": "once"}, trigger=trigger))
        assert (answer.status_code, answer.content) == (200, b"")
    assert kinds(room).count("note") == 1


def test_a_form_in_the_wrong_place_is_told_the_right_one(room: Room) -> None:
    room.fire()
    assert room.slack.command(ADA, "/candlefish declare", channel="#general").text == ""
    form = room.slack.modal(ADA)
    assert form.submit(title="x") == "invalid_input"
    assert "in the incident channel" in form.current.errors["title"]
    form.close()


@pytest.mark.parametrize(
    ("verb", "field", "values", "instead"),
    [
        ("note", "text", {"text": "seen it"}, 'incident note INC-1 "seen it"'),
        ("incident severity", "severity", {"severity": "sev1"}, "incident severity sev1 INC-1"),
    ],
)
def test_that_one_incident_is_open_makes_no_other_channel_the_right_one(
    room: Room, verb: str, field: str, values: dict[str, str], instead: str
) -> None:
    room.fire()
    before = kinds(room)
    assert room.slack.command(ADA, f"/candlefish {verb}", channel="#general").text == ""
    form = room.slack.modal(ADA).expect("INC-1")
    assert form.submit(**values) == "invalid_input"
    refused = form.current.errors[field]
    assert "in the incident channel" in refused
    assert f"/candlefish {instead}" in refused
    assert kinds(room) == before
    form.close()

    room.command(ADA, verb)
    assert room.slack.modal(ADA).submit(**values) == ""
    assert len(kinds(room)) == len(before) + 1


@pytest.mark.parametrize(
    "told",
    [
        {"private_metadata": ""},
        {"private_metadata": '{"form": "erase"}'},
        {"private_metadata": "[]"},
        {"callback_id": "notice"},
    ],
)
def test_a_form_that_is_none_of_ours_just_closes(room: Room, told: dict[str, str]) -> None:
    room.fire()
    answer = room.interact(sent("note", {"text": "x"}, **told))
    assert (answer.status_code, answer.content) == (200, b"")
    assert "note" not in kinds(room)


def test_a_form_while_nothing_can_be_stored_says_so(room: Room) -> None:
    room.fire()
    with room.bot.db.write() as tx:
        tx.exec_driver_sql("ALTER TABLE seen RENAME TO gone")
    told = room.interact(sent("note", {"text": "x"})).json()
    assert "Nothing was done" in told["errors"]["text"]


def test_a_stranger_is_refused_at_the_field(room: Room) -> None:
    room.fire()
    form = {**sent("note", {"text": "x"}), "user": {"id": ADA, "team_id": "T2"}}
    assert "its own workspace" in room.interact(form).json()["errors"]["text"]
