"""PagerDuty's webhook: whose it is, and that no answer of ours switches its feed off."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.secret import SecretList
from tests.databases import SqliteMaker
from tests.handlers.webhooks.edge import Edge, edged, signature_of


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory, sqlite_maker: SqliteMaker) -> Iterator[Edge]:
    folder = tmp_path_factory.mktemp("edge")
    with sqlite_maker.migrated(folder) as url, edged(url, folder) as one:
        yield one


def event(edge: Edge, kind: str = "incident.triggered", **told: Any) -> dict[str, Any]:
    return {
        "event": {
            "id": "E1", "event_type": kind, "occurred_at": edge.clock.at.isoformat(),
            "agent": None, "data": {"id": "Q1", "type": "incident", "title": "Queue"}, **told,
        }
    }  # fmt: skip


@pytest.mark.parametrize(
    ("signatures", "status"),
    [
        ("{new}", 202), ("{old}", 202), ("v1=0000,{new}", 202), ("{new}, v1=0000", 202),
        ("v2=abc,{old}", 202), ("", 401), ("v1=", 401), ("v1=0000", 401), ("{wrong}", 401),
        ("{raw}", 401), ("v1=\u00e9", 401), (",,,", 401), ("{NEW}", 401),
    ],
)  # fmt: skip
def test_any_signature_with_any_secret(still: Edge, signatures: str, status: int) -> None:
    body = json.dumps(event(still)).encode()
    new = signature_of(body)
    signed = signatures.format(
        new=new, old=signature_of(body, "old-secret"), wrong=signature_of(body, "no-secret"),
        raw=new.removeprefix("v1="), NEW=new.upper(),
    )  # fmt: skip

    answer = still.client.post(
        "/webhooks/pagerduty",
        content=body,
        headers={"X-PagerDuty-Signature": signed.encode("utf-8")},
    )

    assert answer.status_code == status


def test_several_signature_headers_are_all_looked_at(still: Edge) -> None:
    body = json.dumps(event(still)).encode()
    headers = [
        ("X-PagerDuty-Signature", "v1=0000"),
        ("X-PagerDuty-Signature", signature_of(body)),
    ]

    answer = still.client.post("/webhooks/pagerduty", content=body, headers=headers)

    assert answer.status_code == 202


def test_without_a_secret_of_ours_it_is_401_to_everyone(
    tmp_path: Path, sqlite_maker: SqliteMaker
) -> None:
    with (
        sqlite_maker.migrated(tmp_path) as url,
        edged(url, tmp_path, pagerduty_webhook_secrets=SecretList()) as edge,
    ):
        assert edge.pagerduty(event(edge)).status_code == 401
        assert edge.pagerduty(event(edge), "").status_code == 401


UNREAD = [
    b"", b"{", b"[]", b"null", b"\xff", b'{"event":null}', b'{"event":{}}', b"[" * 100_000,
    b'{"event":{"id":5,"event_type":"incident.triggered"}}',
]  # fmt: skip


@pytest.mark.parametrize("body", UNREAD, ids=lambda body: repr(body[:40]))
def test_an_authentic_body_that_cannot_be_read_is_202_and_counted(still: Edge, body: bytes) -> None:
    before = still.metric("candlefish_pagerduty_events_total", outcome="unread")

    assert still.pagerduty(body).status_code == 202

    after = still.metric("candlefish_pagerduty_events_total", outcome="unread")
    assert after == before + 1


@pytest.mark.parametrize(
    "told",
    [
        {"occurred_at": "2026-03-01T03:07:00"}, {"occurred_at": "x"}, {"occurred_at": None},
        {"data": {"id": ""}}, {"data": {"id": "Q" * 5000}}, {"data": {}}, {"data": 5},
        {"id": "E" * 5000}, {"id": ""}, {"data": {"id": "Q\ud800"}},
    ],
    ids=lambda told: str(told)[:40].encode("ascii", "replace").decode(),
)  # fmt: skip
def test_a_known_event_that_makes_no_sense_is_202_and_counted(
    still: Edge, told: dict[str, Any]
) -> None:
    assert still.pagerduty(event(still, **told)).json()["outcome"] == "unread"


@pytest.mark.parametrize(
    "kind", ["pagey.ping", "incident.annotated", "service.updated", "new.kind"]
)
def test_other_types_are_202_and_ignored(still: Edge, kind: str) -> None:
    answer = still.pagerduty(event(still, kind, data={"anything": [1]}))

    assert (answer.status_code, answer.json()["outcome"]) == (202, "ignored")


def test_nul_and_years_that_nobody_means_are_survived(edge: Edge) -> None:
    data = {"id": "Q\x001", "title": "\x00", "created_at": "0001-01-01T00:00:00+14:00"}

    answer = edge.pagerduty(event(edge, occurred_at="9999-12-31T23:59:59-14:00", data=data))

    assert answer.json()["outcome"] == "applied"
    (incident,) = edge.incidents()
    assert incident.started_at == edge.clock.at
    assert incident.title == "PagerDuty incident Q1"


def test_who_acts_is_kept_as_an_id_never_as_a_name(edge: Edge) -> None:
    edge.pagerduty(event(edge))
    agent = {"id": "P7", "type": "user_reference", "summary": "Ada Lovelace"}

    edge.pagerduty(event(edge, "incident.acknowledged", id="E2", agent=agent))

    assert edge.incidents()[0].acknowledged_by == "pagerduty:P7"
    assert "Lovelace" not in str(edge.bot.timeline(1))
