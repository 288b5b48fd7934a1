"""Alertmanager's webhook: who may send, what is understood, and what is answered."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.secret import SecretList
from tests.databases import SqliteMaker
from tests.handlers.webhooks.edge import GOOD, Edge, alert, edged, webhook

BIG = 16 * 2**20


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory, sqlite_maker: SqliteMaker) -> Iterator[Edge]:
    folder = tmp_path_factory.mktemp("edge")
    with sqlite_maker.migrated(folder) as url, edged(url, folder) as one:
        yield one


def test_the_answer_names_the_incidents_after_the_commit(edge: Edge) -> None:
    answer = edge.alertmanager(webhook(alert("A"), alert("B")))

    assert (answer.status_code, answer.json()) == (
        200,
        {"accepted": 2, "incidents": ["INC-1", "INC-2"]},
    )
    assert [one.name for one in edge.incidents()] == ["INC-2", "INC-1"]
    assert answer.headers["x-request-id"]


def test_a_repeat_names_its_incident_and_changes_nothing(edge: Edge) -> None:
    edge.alertmanager(webhook())
    before = edge.incidents()

    assert edge.alertmanager(webhook()).json()["incidents"] == ["INC-1"]

    assert edge.incidents() == before


@pytest.mark.parametrize(
    "authorization",
    [
        None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic second-token", "second-token",
        "Bearer first-token,second-token", "Bearer second-token x", "Bearer \u00e9",
    ],
)  # fmt: skip
def test_a_wrong_token_is_401(still: Edge, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization.encode("utf-8")}

    assert still.alertmanager(webhook(), headers).status_code == 401  # type: ignore[arg-type]  # bytes


@pytest.mark.parametrize("authorization", ["Bearer first-token", "bearer second-token "])
def test_any_of_the_tokens_is_taken(still: Edge, authorization: str) -> None:
    assert still.alertmanager(webhook(), {"Authorization": authorization}).status_code == 200


def test_without_a_token_of_ours_it_is_401_to_everyone(
    tmp_path: Path, sqlite_maker: SqliteMaker
) -> None:
    with (
        sqlite_maker.migrated(tmp_path) as url,
        edged(url, tmp_path, alertmanager_tokens=SecretList()) as edge,
    ):
        for headers in ({}, {"Authorization": "Bearer "}, GOOD):
            assert edge.alertmanager(webhook(), headers).status_code == 401


NO_ALERTS = [
    b"", b"{", b"[]", b"null", b"5", b'"alerts"', b"\xff\xfe", b'\xef\xbb\xbf{"alerts":[]}',
    b"{}", b'{"alerts":null}', b'{"alerts":{}}', b'{"alerts":[]}', b'{"alerts":[5,null]}',
    b'{"alerts":[{}]}', b'{"alerts":[{"labels":{}}]}', b'{"alerts":[{"labels":[]}]}',
    b'{"alerts":[{"labels":{"a":"\\ud800"}}]}', b'{"alerts":[{"labels":{"a":"\xed\xa0\x80"}}]}',
    b'{"alerts":[{"labels":{"a":"\x00"}}]}', b'{"alerts":[{"labels":{"a":1e999}}]}',
    b'{"alerts":[{"labels":{"a":' + b"9" * 5000 + b"}}]}",
    b"[" * 100_000, b'{"alerts":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"a":' * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("body", NO_ALERTS, ids=lambda body: repr(body[:40]))
def test_a_body_that_is_no_alert_is_422_with_the_reason(still: Edge, body: bytes) -> None:
    answer = still.alertmanager(body)

    assert answer.status_code == 422
    assert answer.json()["error"]


@pytest.mark.parametrize("depth", range(960, 1010, 3))
def test_any_depth_is_answered(still: Edge, depth: int) -> None:
    body = b'{"alerts":[{"labels":{"a":' + b"[" * depth + b"]" * depth + b"}}]}"

    assert still.alertmanager(body).status_code in (200, 422)


@pytest.mark.parametrize("starts", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "x"])
def test_a_time_nobody_can_mean_counts_as_none(edge: Edge, starts: str) -> None:
    told = alert("A", startsAt=starts)
    edge.alertmanager(webhook(told))
    (incident,) = edge.incidents()
    assert incident.started_at == edge.clock.at.replace(microsecond=incident.started_at.microsecond)

    edge.alertmanager(webhook({**told, "status": "resolved", "endsAt": starts}))
    edge.clock.forward(minutes=1)
    edge.alertmanager(webhook(told))

    assert [one.state for one in edge.incidents()] == ["open"]


def test_a_time_without_a_zone_is_utc(edge: Edge) -> None:
    edge.alertmanager(webhook(alert("A", startsAt="2026-03-01T03:07:00")))

    assert edge.incidents()[0].started_at.isoformat() == "2026-03-01T03:07:00+00:00"


def test_labels_that_are_no_words_are_written_as_words(edge: Edge) -> None:
    odd = {"n": 5, "f": 0.5, "t": True, "none": None, "list": [1, {"a": "\x00"}], "nul": "a\x00b"}
    told = {**alert("A"), "annotations": None, "generatorURL": 5, "fingerprint": None}
    told["labels"] |= odd

    assert edge.alertmanager(webhook(told)).status_code == 200

    (stored,) = edge.bot.alerts(1)
    assert stored.labels["n"] == "5"
    assert stored.labels["list"] == '[1,{"a":""}]'
    assert stored.labels["nul"] == "ab"


def test_the_same_odd_alert_is_the_same_alert(edge: Edge) -> None:
    odd = {"labels": {"alertname": 5, "n": None}}

    edge.alertmanager(webhook(odd))
    edge.alertmanager(webhook(odd))

    assert edge.incidents()[0].alerts_total == 1


def test_names_of_any_length_are_taken(edge: Edge) -> None:
    noise = "".join(chr(0x4E00 + number % 5000) for number in range(50_000))
    told = alert(noise, fingerprint=noise, environment=noise)
    told["labels"] |= {"environment": noise, noise: noise}

    assert edge.alertmanager(webhook(told, groupKey=noise)).status_code == 200


def test_sixteen_mebibytes_are_taken_and_a_byte_more_is_not(still: Edge) -> None:
    start = json.dumps(webhook(alert("Large"))).encode()[:-1] + b', "padding": "'
    whole = start + b"x" * (BIG - len(start) - 2) + b'"}'
    assert len(whole) == BIG

    assert still.alertmanager(whole).status_code == 200
    assert still.alertmanager(whole + b" ").status_code == 413


def test_a_stranger_is_refused_before_the_body_is_read(still: Edge) -> None:
    assert still.alertmanager(b"x" * (BIG + 1), {}).status_code == 401


def test_answers_are_counted(edge: Edge) -> None:
    edge.alertmanager(webhook())
    edge.alertmanager(webhook(), {})

    assert edge.metric("candlefish_webhooks_total", source="alertmanager", status="200") == 1
    assert edge.metric("candlefish_webhooks_total", source="alertmanager", status="401") == 1
