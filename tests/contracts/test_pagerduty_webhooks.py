"""Every recorded PagerDuty webhook, against a table of what it means to the bot."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.secret import SecretList
from handlers.webhooks import pagerduty
from tests.databases import SqliteMaker
from tests.handlers.webhooks.edge import Edge, edged, signature_of

VECTOR = "vendor_signed_vector.json"
TRIGGER = "captured_incident_triggered_no_client.json"
IGNORED = "ignored"

# outcome, and the state of the incident of its own that it leaves behind, told to an empty bot
TABLE: dict[str, tuple[str, str | None]] = {
    "captured_incident_resolved.json": ("applied", None),  # never seen: nothing to open
    "captured_incident_resolved_2021.json": ("applied", None),
    TRIGGER: ("applied", "open"),
    "composed_incident_acknowledged.json": ("applied", "acknowledged"),
    "composed_incident_reopened.json": ("applied", "open"),
    "composed_incident_resolved.json": ("applied", None),
} | dict.fromkeys(
    (
        "captured_incident_reassigned.json",
        "composed_incident_action_invocation_created.json",
        "composed_incident_annotated.json",
        "composed_incident_conference_bridge_updated.json",
        "composed_incident_custom_field_values_updated.json",
        "composed_incident_delegated.json",
        "composed_incident_incident_type_changed.json",
        "composed_incident_reassigned.json",
        "composed_incident_responder_added.json",
        "composed_incident_role_assigned.json",
        "composed_incident_service_updated.json",
        "composed_incident_status_update_published.json",
        "composed_incident_task_created.json",
        "composed_incident_workflow_started.json",
        "composed_service_custom_field_values_updated.json",
        "docs_incident_priority_updated.json",
        "docs_service_updated.json",
        "vendor_signed_vector.body",
    ),
    (IGNORED, None),
)


@pytest.fixture
def edge(tmp_path: Path, sqlite_maker: SqliteMaker) -> Iterator[Edge]:
    with sqlite_maker.migrated(tmp_path) as url, edged(url, tmp_path) as one:
        yield one


def read(contracts: Path, name: str) -> bytes:
    return (contracts / "pagerduty" / "webhooks_v3" / name).read_bytes()


def told_at(edge: Edge, body: bytes) -> None:
    """Sets the clock to a minute after the event."""
    occurred = json.loads(body)["event"]["occurred_at"]
    edge.clock.at = datetime.fromisoformat(occurred) + timedelta(minutes=1)


def test_the_table_names_every_payload(contracts: Path) -> None:
    names = {path.name for path in (contracts / "pagerduty" / "webhooks_v3").iterdir()}

    assert names == {*TABLE, VECTOR}


@pytest.mark.parametrize("name", TABLE)
def test_it_means(name: str, contracts: Path, edge: Edge) -> None:
    body = read(contracts, name)
    outcome, state = TABLE[name]
    told_at(edge, body)

    answer = edge.pagerduty(body)

    assert (answer.status_code, answer.json()["outcome"]) == (202, outcome)
    assert [one.state.value for one in edge.incidents()] == ([state] if state else [])


@pytest.mark.parametrize("name", [name for name in TABLE if TABLE[name][0] != IGNORED])
def test_told_again_it_changes_nothing(name: str, contracts: Path, edge: Edge) -> None:
    body = read(contracts, name)
    told_at(edge, body)
    edge.pagerduty(body)
    before = edge.incidents()

    answer = edge.pagerduty(body)

    assert (answer.status_code, answer.json()["outcome"]) == (202, "seen before")
    assert edge.incidents() == before


@pytest.mark.parametrize("name", TABLE)
def test_years_later_it_changes_nothing(name: str, contracts: Path, edge: Edge) -> None:
    body = read(contracts, name)
    told_at(edge, body)
    edge.clock.forward(hours=49)

    assert edge.pagerduty(body).status_code == 202
    assert edge.incidents() == []


def test_a_captured_trigger_becomes_an_incident_titled_by_pagerdutys(
    contracts: Path, edge: Edge
) -> None:
    body = read(contracts, TRIGGER)
    told_at(edge, body)
    edge.pagerduty(body)

    (incident,) = edge.incidents()

    assert incident.title.startswith("ALARM: CRITICAL | AWS APP | ELB |")
    assert (incident.severity, incident.component) == ("sev2", None)


def test_the_vendors_own_signed_vector(contracts: Path, edge: Edge) -> None:
    vector = json.loads(read(contracts, VECTOR))
    body = read(contracts, vector["body_file"])

    for case in vector["cases"]:
        secrets = ("another", vector["secret"])
        assert pagerduty.authentic(case["value"] or "", body, secrets) is case["expect"], case


def test_the_vendors_vector_opens_the_door(
    contracts: Path, tmp_path: Path, sqlite_maker: SqliteMaker
) -> None:
    vector = json.loads(read(contracts, VECTOR))
    body = read(contracts, vector["body_file"])
    secrets = SecretList(f"old,{vector['secret']}")
    with (
        sqlite_maker.migrated(tmp_path) as url,
        edged(url, tmp_path, pagerduty_webhook_secrets=secrets) as edge,
    ):
        for case in vector["cases"]:
            answer = edge.pagerduty(body, case["value"] or "")
            assert answer.status_code == (202 if case["expect"] else 401)
        assert edge.pagerduty(body, signature_of(body)).status_code == 401
