"""`POST /slack/events` against whatever comes: 400 or 401, never 500, and nothing of it logged."""

import json
import random
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from bot.secret import SecretList
from tests.handlers.slack.room import ADA, FORM, Room, opened

CANARY = "canary-9f3a"
HELP = urlencode(
    {"command": "/candlefish", "user_id": ADA, "channel_id": "C1", "text": f"help {CANARY}"}
).encode()
NOT_SIGNED: dict[str, dict[str, str | bytes]] = {
    "no signature": {"x-slack-signature": b""},
    "no timestamp": {"x-slack-request-timestamp": b""},
    "a timestamp that is no number": {"x-slack-request-timestamp": b"abc"},
    "a timestamp out of range": {"x-slack-request-timestamp": b"99999999999999"},
    "a signature that is not ASCII": {"x-slack-signature": b"v0=\xff\xfe\xe9"},
    "a signature of another version": {"x-slack-signature": b"v1=" + b"0" * 64},
    "a wrong signature": {"x-slack-signature": b"v0=" + b"0" * 64},
}


@pytest.mark.parametrize("kind", NOT_SIGNED)
def test_what_is_not_signed(room: Room, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    answer = _raw(room, HELP, NOT_SIGNED[kind])
    assert answer.status_code == 401
    assert CANARY not in capsys.readouterr().out


def _raw(room: Room, body: bytes, wrong: dict[str, Any]) -> httpx.Response:
    """With headers as bytes, some of them wrong."""
    right = room.post(HELP).request.headers
    headers = {name.encode(): value.encode() for name, value in right.items()}
    headers |= {name.encode(): value for name, value in wrong.items()}
    return httpx.post(room.url, content=body, headers=list(headers.items()), trust_env=False)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", HELP),
        (FORM, b"command=%FF&text=" + CANARY.encode()),
        (FORM, b"payload=%7Bnotjson" + CANARY.encode()),
        (FORM, b""),
        ("application/json", b'{"type": "' + CANARY.encode()),
        ("application/json", b"[" * 50_000),
    ],
)
def test_what_is_signed_and_cannot_be_read(
    room: Room, content_type: str, body: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    assert room.post(body, content_type).status_code == 400
    assert CANARY not in capsys.readouterr().out


def test_old_requests_and_those_of_another_secret(room: Room) -> None:
    assert room.post(HELP, at=room.clock().timestamp() - 301).status_code == 401
    assert room.post(HELP, secret="stolen").status_code == 401
    assert room.post(HELP, secret="an-older-secret").status_code == 200


def test_secrets_rotate(room: Room) -> None:
    room.slack.signing_secret = "an-older-secret"
    assert "/candlefish" in room.command(ADA, "help")


def test_without_a_secret_nobody_is_let_in(room: Room) -> None:
    folder = room.settings.data_dir / "second"
    folder.mkdir()
    update = {"slack_signing_secrets": SecretList(), "database_url": room.settings.database_url}
    with opened(folder, **update) as closed:
        assert closed.post(HELP).status_code == 401
        assert closed.post(HELP, secret="x").status_code == 401


def test_a_body_beyond_its_bound(room: Room) -> None:
    assert room.post(b"a" * (2**20 + 1)).status_code == 413


def test_slacks_own_questions(room: Room) -> None:
    assert room.slack.outbound.verify_address()
    assert room.post(b"ssl_check=1&token=x").status_code == 200


@pytest.mark.parametrize(
    "kind", ["shortcut", "view_closed", "block_suggestion", "app_rate_limited"]
)
def test_what_nobody_waits_for_is_taken(room: Room, kind: str) -> None:
    answer = room.interact({"type": kind, "user": {"id": ADA}})
    assert (answer.status_code, answer.content) == (200, b"")


def test_an_event_of_a_kind_we_did_not_ask_for(room: Room) -> None:
    event = {"type": "user_change", "user": {"id": ADA, "profile": {}}}
    told = {"type": "event_callback", "event_id": "Ev1", "event": event}
    assert room.post(json.dumps(told).encode(), "application/json").status_code == 200


def test_a_signed_body_with_anything_in_its_fields(room: Room) -> None:
    """Mutations of real shapes: Bolt must not meet a type that it does not expect."""
    bases: list[dict[str, Any]] = [
        {
            "type": "block_actions", "user": {"id": ADA}, "team": {"id": "T1"},
            "actions": [{"action_id": "ack", "value": "INC-1"}], "view": None,
            "channel": {"id": "C1"}, "container": {"type": "message"}, "trigger_id": "",
        },
        {"type": "view_submission", "user": {"id": ADA}, "view": {"id": "V1"}},
        {"type": "event_callback", "event_id": "Ev1", "event": {"type": "app_home_opened"}},
        {"command": "/candlefish", "user_id": ADA, "channel_id": "C1", "text": "help"},
    ]  # fmt: skip
    odd: list[Any] = [None, 5, -1.5, True, "", "\x00", "é" * 300, [], [[]], {}, {"id": []}, ["x"]]
    chance = random.Random(2)
    fields = ["enterprise", "authorizations", "message", "event", "is_ext_shared_channel", "bot_id"]
    with httpx.Client(trust_env=False, timeout=10) as client:
        for _ in range(300):
            told = dict(chance.choice(bases))
            for field in chance.sample([*told, *fields], 2):
                told[field] = chance.choice(odd)
            body = urlencode({"payload": json.dumps(told)}).encode()
            signed = room.signed(body)
            answer = client.post(room.url, content=body, headers={**signed, "content-type": FORM})
            assert answer.status_code in {200, 400}, told
