"""Lists and single incidents as JSON: every promised field, no item twice, none missing."""

import re
import sqlite3
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.fact import Fact
from bot.domain.incidents.alert import Status
from bot.store import evidence
from tests.handlers.web.rig import Rig

UTC_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
INCIDENT = {
    "id", "state", "severity", "category", "title", "component", "environment", "opened_at",
    "acknowledged_at", "acknowledged_by", "mitigated_at", "resolved_at", "level",
    "next_escalation_at", "alerts_firing", "alerts_total", "version",
}  # fmt: skip
ALERT = {
    "fingerprint", "status", "labels", "annotations", "starts_at", "ends_at", "generator_url",
}  # fmt: skip
ENTRY = {"at", "kind", "actor", "text", "data"}


def walk(rig: Rig, path: str, **asked: Any) -> list[dict[str, Any]]:
    """Every item of a list, page by page."""
    items: list[dict[str, Any]] = []
    cursor = ""
    while cursor is not None:
        page = rig.get(path, cursor=cursor, **asked)
        items += page["items"]
        cursor = page["next_cursor"]
    return items


def test_an_incident_has_every_promised_field(rig: Rig) -> None:
    name = rig.fire(labels={"severity": "critical", "environment": "staging"})
    rig.clock.forward(minutes=1)
    assert rig.command(f"ack {name}").status == 0
    incident = rig.get(f"/incidents/{name}")
    assert incident.keys() >= INCIDENT
    assert incident["id"] == name
    assert (incident["state"], incident["severity"]) == ("acknowledged", "sev2")
    assert (incident["category"], incident["environment"]) == ("critical", "staging")
    assert incident["acknowledged_by"] == "cli:ada"
    assert (incident["alerts_firing"], incident["alerts_total"]) == (1, 1)
    assert incident["opened_at"] < incident["acknowledged_at"]
    for field in ("opened_at", "started_at", "acknowledged_at"):
        assert UTC_TIME.fullmatch(incident[field])
    assert incident.pop("evidence") == []
    assert rig.get("/incidents")["items"] == [incident]


def test_an_incident_brings_its_evidence(rig: Rig) -> None:
    name = rig.fire()
    fact = Fact(
        name="errors", title="Errors", value=26, before=0.1, unit="percent", target=0.1,
        at=rig.clock(),
    )  # fmt: skip
    with rig.bot.db.write() as tx:
        evidence.keep(tx, int(name.removeprefix("INC-")), [fact], None, moved=True)
    (told,) = rig.get(f"/incidents/{name}")["evidence"]

    assert UTC_TIME.fullmatch(told.pop("at"))
    assert told == {
        "name": "errors", "title": "Errors", "value": 26, "before": 0.1, "unit": "percent",
        "target": 0.1, "verdict": "over", "missing": None,
    }  # fmt: skip


def test_its_alerts_have_every_promised_field(rig: Rig) -> None:
    name = rig.fire(generator_url="http://elsewhere.example.org/graph")
    rig.clock.forward(minutes=1)
    rig.fire(status=Status.RESOLVED, generator_url="http://elsewhere.example.org/graph")
    page = rig.get(f"/incidents/{name}/alerts")
    (alert,) = page["items"]
    assert page["next_cursor"] is None
    assert alert.keys() >= ALERT
    assert alert["status"] == "resolved"
    assert alert["labels"]["alertname"] == "GraphqlDown"
    assert alert["annotations"] == {"summary": "Nothing answers"}
    assert alert["generator_url"] == "http://elsewhere.example.org/graph"
    assert UTC_TIME.fullmatch(alert["starts_at"])
    assert UTC_TIME.fullmatch(alert["ends_at"])


def test_its_timeline_tells_the_story_in_order(rig: Rig) -> None:
    name = rig.fire()
    rig.command(f"ack {name}")
    rig.command(f'note {name} "the disk is full"')
    entries = rig.get(f"/incidents/{name}/timeline")["items"]
    assert all(entry.keys() >= ENTRY for entry in entries)
    assert [entry["kind"] for entry in entries] == ["opened", "acknowledged", "note"]
    assert [entry["actor"] for entry in entries] == ["bot", "cli:ada", "cli:ada"]
    assert entries[-1]["text"] == "the disk is full"
    assert all(UTC_TIME.fullmatch(entry["at"]) for entry in entries)


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6, 200])
def test_pages_hold_each_incident_once(rig: Rig, limit: int) -> None:
    names = [rig.fire(f"Down{number}") for number in range(5)]
    found = [one["id"] for one in walk(rig, "/incidents", limit=limit)]
    assert found == list(reversed(names))


def test_incidents_that_come_while_somebody_pages_push_none_out(rig: Rig) -> None:
    before = [rig.fire(f"Down{number}") for number in range(6)]
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = rig.get("/incidents", limit=2, cursor=cursor)
        found += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        rig.fire(f"Later{len(found)}")
    assert found == list(reversed(before))


@pytest.mark.parametrize("limit", [1, 3, 4, 5, 200])
def test_pages_hold_each_alert_and_entry_once(rig: Rig, limit: int) -> None:
    name = rig.fire(labels={"shard": "0"})
    for shard in range(1, 4):
        rig.fire(labels={"shard": f"{shard}"})
    alerts = walk(rig, f"/incidents/{name}/alerts", limit=limit)
    entries = walk(rig, f"/incidents/{name}/timeline", limit=limit)
    assert [one["labels"]["shard"] for one in alerts] == ["0", "1", "2", "3"]
    assert [one["kind"] for one in entries] == ["opened", "alert", "alert", "alert"]


@pytest.fixture
def varied(rig: Rig) -> Rig:
    """INC-1 staging and acknowledged, INC-2 of warning severity, INC-3 resolved."""
    rig.fire("One", labels={"environment": "staging"})
    rig.command("ack INC-1")
    rig.fire("Two", labels={"severity": "warning"})
    rig.fire("Three")
    rig.clock.forward(minutes=1)
    rig.fire("Three", status=Status.RESOLVED)
    return rig


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", [3, 2, 1]),
        ("state=&severity=&component=&environment=&limit=&cursor=", [3, 2, 1]),
        ("state=open", [2]),
        ("state=open,acknowledged", [2, 1]),
        ("state=open&state=acknowledged", [2, 1]),
        ("state=OPEN,%20resolved,", [3, 2]),
        ("state=mitigated", []),
        ("severity=sev3", [2]),
        ("severity=sev2,sev3", [3, 2, 1]),
        ("severity=sev2&state=resolved", [3]),
        ("component=two", [2]),
        ("component=nowhere", []),
        ("environment=staging", [1]),
    ],
)
def test_filters(varied: Rig, asked: str, found: list[int]) -> None:
    answer = varied.client.get(f"/api/v1/incidents?{asked}", headers=varied.bearer())
    assert [one["id"] for one in answer.json()["items"]] == [f"INC-{number}" for number in found]


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ("state=burning", "open, acknowledged, mitigated, resolved"),
        ("state=open,burning", "open, acknowledged, mitigated, resolved"),
        ("severity=critical", "sev1, sev2, sev3, sev4"),
        ("limit=0", "1 to 200"),
        ("limit=201", "1 to 200"),
        ("limit=-1", "1 to 200"),
        ("limit=many", "1 to 200"),
        ("limit=%D9%A3", "1 to 200"),
        ("limit=" + "9" * 5000, "1 to 200"),
        ("cursor=garbage", "next_cursor"),
        ("cursor=%FF%FE", "next_cursor"),
        ("cursor=YWxlcnRzOjE", "next_cursor"),
        ("component=a%00b", "one name"),
        ("component=" + "a" * 300, "one name"),
        ("environment=a%0Ab", "one name"),
    ],
)
def test_a_bad_value_is_answered_with_what_is_allowed(still: Rig, asked: str, allowed: str) -> None:
    answer = still.client.get(f"/api/v1/incidents?{asked}", headers=still.bearer())
    assert answer.status_code == 422
    assert allowed in answer.json()["error"]
    assert "burning" not in answer.text


@pytest.mark.parametrize("name", ["INC-2", "INC-0", "INC-99999999999999", "INC-x", "x%00y", "-1"])
@pytest.mark.parametrize("below", ["", "/alerts", "/timeline"])
def test_what_is_not_there_is_404_with_a_reason(still: Rig, name: str, below: str) -> None:
    answer = still.client.get(f"/api/v1/incidents/{name}{below}", headers=still.bearer())
    assert answer.status_code == 404
    assert answer.json()["error"]


def test_without_its_database_it_answers_503(rig: Rig) -> None:
    rig.fire()
    database = rig.settings.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(database) as away:
        away.execute("ALTER TABLE incidents RENAME TO away")
    away.close()
    for path in ("/incidents", "/incidents/INC-1", "/incidents/INC-1/alerts"):
        answer = rig.client.get(f"/api/v1{path}", headers=rig.bearer())
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.json().keys() == {"error"}


def test_a_token_that_ends_while_in_use_is_refused(rig: Rig) -> None:
    headers = rig.bearer(rig.token(ttl=timedelta(minutes=5)))
    assert rig.client.get("/api/v1/incidents", headers=headers).status_code == 200
    rig.clock.forward(minutes=5, seconds=1)
    assert rig.client.get("/api/v1/incidents", headers=headers).status_code == 401
