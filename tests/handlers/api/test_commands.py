"""Verbs over HTTP: an answer is 200 whatever it says; a body that is no command is 4xx."""

import pytest

from bot.domain.ops_data.people import Role
from tests.handlers.web.rig import Rig

SECRET = "xoxb-never-tell"
NO_COMMAND = {
    "nothing": b"",
    "not JSON": f"text={SECRET}".encode(),
    "half of it": f'{{"text": "{SECRET}'.encode(),
    "a list": f'["{SECRET}"]'.encode(),
    "null": b"null",
    "no text": f'{{"words": "{SECRET}"}}'.encode(),
    "text is a number": b'{"text": 7}',
    "text is null": b'{"text": null}',
    "incident is a number": f'{{"text": "{SECRET}", "incident": 7}}'.encode(),
    "not UTF-8": b'{"text": "' + SECRET.encode() + b'\xff\xfe"}',
    "half a character": f'{{"text": "{SECRET}\\ud800"}}'.encode(),
    "NUL": f'{{"text": "{SECRET}\\u0000"}}'.encode(),
    "deep": b'{"x":' + b"[" * 25_000 + b"]" * 25_000 + b', "text": "status"}',
    "deeper than JSON": b"[" * 60_000,
    "a byte order mark": b"\xef\xbb\xbf" + f'{{"text": "{SECRET}"}}'.encode(),
    "UTF-16": f'{{"text": "{SECRET}"}}'.encode("utf-16"),
}


def say(rig: Rig, body: bytes, **headers: str) -> tuple[int, str]:
    answer = rig.client.post("/api/v1/commands", content=body, headers={**rig.bearer(), **headers})
    return answer.status_code, answer.text


def test_a_command_is_done_in_the_name_of_the_token(rig: Rig) -> None:
    name = rig.fire()
    headers = rig.bearer(rig.token(sub="grace"))
    answer = rig.client.post("/api/v1/commands", json={"text": f"ack {name}"}, headers=headers)
    assert answer.status_code == 200
    assert answer.json().keys() == {"status", "text", "data"}
    assert answer.json()["status"] == 0
    assert rig.get(f"/incidents/{name}")["acknowledged_by"] == "cli:grace"


def test_a_refusal_and_a_wrong_word_are_answers(rig: Rig) -> None:
    name = rig.fire()
    told = {}
    for role, text in ((Role.VIEWER, f"ack {name}"), (Role.OPERATOR, "akc INC-1 --wrong")):
        answer = rig.client.post(
            "/api/v1/commands",
            json={"text": text, "incident": None},
            headers=rig.bearer(rig.token(role=role)),
        )
        assert answer.status_code == 200
        told[text] = answer.json()
    assert told[f"ack {name}"]["status"] == 1
    assert told["akc INC-1 --wrong"]["status"] == 2
    assert all(one["text"] for one in told.values())


def test_the_words_may_be_about_an_incident_named_beside_them(rig: Rig) -> None:
    rig.fire("One")
    rig.fire("Two")
    answer = rig.client.post(
        "/api/v1/commands", json={"text": "ack", "incident": "INC-1"}, headers=rig.bearer()
    )
    assert answer.json()["status"] == 0
    assert rig.get("/incidents/INC-1")["state"] == "acknowledged"
    assert rig.get("/incidents/INC-2")["state"] == "open"


@pytest.mark.parametrize("kind", NO_COMMAND)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
def test_what_is_no_command_is_refused_and_never_told_again(
    still: Rig, kind: str, content_type: str, caplog: pytest.LogCaptureFixture
) -> None:
    status, text = say(still, NO_COMMAND[kind], **{"Content-Type": content_type})
    assert status == 422
    assert SECRET not in text
    assert SECRET not in caplog.text


def test_a_long_command_is_refused_before_it_is_read(still: Rig) -> None:
    body = b'{"text": "' + b"a" * 64 * 1024 + b'"}'
    assert say(still, body)[0] == 413


def test_other_methods_are_not_commands(still: Rig) -> None:
    assert still.client.get("/api/v1/commands", headers=still.bearer()).status_code == 405
