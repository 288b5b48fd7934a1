"""What an authentic body says; what none of Slack's bodies looks like is refused in one way."""

import json
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as some

from handlers.slack.reading import Unreadable, plain, read
from handlers.slack.shapes import Challenge, Click, Command, Event, Other, SslCheck, Submission

FORM, JSON = b"application/x-www-form-urlencoded", b"application/json; charset=utf-8"
COMMAND = {"command": "/candlefish", "user_id": "U1", "channel_id": "C1", "text": "café & co"}
CLICK = {
    "type": "block_actions",
    "user": {"id": "U1", "team_id": "T1"},
    "team": {"id": "T1"},
    "actions": [{"action_id": "ack", "type": "button", "value": "INC-1"}],
    "enterprise": None,
}
EVENT = {
    "type": "event_callback",
    "event_id": "Ev1",
    "event": {"type": "app_home_opened", "user": "U1"},
}
SENT = {"type": "view_submission", "user": {"id": "U1"}, "view": {"id": "V1"}}


def form(fields: dict[str, str]) -> bytes:
    return urlencode(fields).encode()


def payload(told: Any) -> bytes:
    return form({"payload": json.dumps(told)})


def test_each_kind_is_read() -> None:
    said = read(FORM, form(COMMAND))
    assert isinstance(said, Command)
    assert said.text == "café & co"
    click = read(FORM, payload(CLICK))
    assert isinstance(click, Click)
    assert click.actions[0].picked == "INC-1"
    assert isinstance(read(FORM, payload(SENT)), Submission)
    assert isinstance(read(JSON, json.dumps(EVENT).encode()), Event)
    assert isinstance(read(FORM, b"ssl_check=1&token=x"), SslCheck)
    asked = read(JSON, b'{"type": "url_verification", "challenge": "c", "token": "t"}')
    assert asked == Challenge(challenge="c")
    assert read(FORM, payload({"type": "shortcut", "user": 5})) == Other(type="shortcut")


def test_an_option_counts_before_a_value() -> None:
    picked = {"action_id": "more", "selected_option": {"value": "note INC-1"}, "value": "x"}
    click = read(FORM, payload({**CLICK, "actions": [picked]}))
    assert isinstance(click, Click)
    assert click.actions[0].picked == "note INC-1"


UNREADABLE = {
    "no content type": (b"", form(COMMAND)),
    "another content type": (b"text/plain", form(COMMAND)),
    "not UTF-8": (FORM, b"command=%FF&user_id=U1&channel_id=C1"),
    "raw bytes": (FORM, b"command=\xff"),
    "no JSON": (JSON, b"{"),
    "JSON that is no object": (JSON, b"[1]"),
    "JSON of a thousand depths": (JSON, b"[" * 100_000),
    "a payload that is no JSON": (FORM, b"payload=%7Bnotjson"),
    "a payload that is a list": (FORM, payload([])),
    "neither command nor payload": (FORM, b"a=b"),
    "an empty body": (FORM, b""),
    "too many fields": (FORM, b"&".join(b"a%d=1" % number for number in range(200))),
    "a user who is a number": (FORM, payload({**CLICK, "user": 5})),
    "a user with a strange id": (FORM, form({**COMMAND, "user_id": "U1>"})),
    "no actions": (FORM, payload({**CLICK, "actions": []})),
    "a type that is no word": (FORM, payload({**CLICK, "type": {}})),
    "half a character": (FORM, b"payload=" + b'{"type":"\\ud800"}'),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_read(kind: str) -> None:
    with pytest.raises(Unreadable):
        read(*UNREADABLE[kind])


def test_nothing_that_was_not_looked_at_goes_on_to_bolt() -> None:
    odd = {**CLICK, "enterprise": 5, "authorizations": 7, "message": [], "event": {"user": []}}
    assert set(plain(read(FORM, payload(odd)))) == {
        "type", "user", "actions", "container", "team", "channel", "view", "trigger_id",
        "response_url",
    }  # fmt: skip
    event = {**EVENT, "event": {"type": "user_change", "user": {"id": "U1"}}, "team_id": "T1"}
    assert "user" not in plain(read(JSON, json.dumps(event).encode()))["event"]


json_values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=10),
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(some.sampled_from([*CLICK, *EVENT, *SENT, "id"]), inner, max_size=5)
    ),
    max_leaves=10,
)


@given(kind=some.sampled_from([FORM, JSON, b"\xff", b""]), body=some.binary(max_size=300))
def test_any_bytes_are_read_or_unreadable(kind: bytes, body: bytes) -> None:
    with suppress(Unreadable):
        assert read(kind, body)


@given(base=some.sampled_from([CLICK, EVENT, SENT]), change=some.data())
def test_a_body_with_a_field_of_another_type(base: dict[str, Any], change: Any) -> None:
    told = {**base, change.draw(some.sampled_from(sorted(base))): change.draw(json_values)}
    with suppress(Unreadable):
        assert plain(read(JSON, json.dumps(told).encode()))
