"""Compares what the bot holds with what it was told: nothing lost, nothing twice."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import text

from bot.store.codec import loads
from bot.store.database import Database
from tests.crash.script import Service
from tests.serving import Api

_FIRED, _RESOLVED = ("opened", "alert"), ("alert_resolved",)


def prove_database(url: str, services: Iterable[Service]) -> None:
    """Alerts, incidents and timelines, row by row."""
    database = Database(url)
    try:
        with database.read() as tx:
            alerts, incidents, entries = (
                [dict(row) for row in tx.execute(text(f"SELECT * FROM {table}")).mappings()]
                for table in ("alerts", "incidents", "entries")
            )
    finally:
        database.close()
    by_service = {one["component"]: one for one in incidents}
    services = list(services)
    assert len(by_service) == len(incidents), "two incidents for one problem"
    assert set(by_service) == {one.name for one in services}
    assert {one["id"] for one in incidents} == set(range(1, len(incidents) + 1))
    kept = [one["open_key"] for one in incidents if one["open_key"] is not None]
    assert len(kept) == len(set(kept))
    for service in services:
        number = by_service[service.name]["id"]
        assert service.answered == {f"INC-{number}"}
        _prove_incident(by_service[service.name], service)
        _prove_alerts([one for one in alerts if one["incident_id"] == number], service)
        _prove_story([one for one in entries if one["incident_id"] == number], service)
    assert all(one["incident_id"] is not None for one in alerts)


def _prove_incident(row: dict[str, Any], service: Service) -> None:
    assert row["alerts_total"] == len(service.fingerprints)
    assert row["alerts_firing"] == len(service.firing)
    over = row["state"] == "resolved"
    assert over == (row["open_key"] is None) == (row["resolved_at"] is not None)
    assert over != bool(service.firing or row["resolve_due_at"])


def _prove_alerts(rows: list[dict[str, Any]], service: Service) -> None:
    found = Counter((one["fingerprint"], one["starts_at"], one["ends_at"]) for one in rows)
    wanted = Counter(
        {(name, _micros(start), _micros(end)): n for (name, start, end), n in
         service.episodes().items()}
    )  # fmt: skip
    assert found == wanted
    current = Counter(one["current_key"] for one in rows if one["current_key"])
    assert current == Counter(f"alertmanager:{name}" for name in service.fingerprints)


def _prove_story(rows: list[dict[str, Any]], service: Service) -> None:
    """Each firing and each end is told once, and the incident opened once."""
    kinds = Counter(one["kind"] for one in rows)
    assert kinds["opened"] == 1
    assert 0 <= kinds["resolved"] - kinds["reopened"] <= 1
    told = [(one["kind"], loads(one["data_json"])) for one in rows]
    episodes = service.episodes()
    fired = Counter(_at(data) for kind, data in told if kind in _FIRED)
    assert fired == Counter((name, _micros(start)) for name, start, _ in episodes)
    ended = Counter(_at(data) for kind, data in told if kind in _RESOLVED)
    assert ended == Counter((name, _micros(end)) for name, _, end in episodes if end)


def _at(data: dict[str, Any]) -> tuple[str, int | None]:
    return data["fingerprint"], _micros(data["source_time"])


def _micros(at: str | None) -> int | None:
    return None if at is None else round(datetime.fromisoformat(at).timestamp() * 1_000_000)


def prove_api(api: Api, services: Iterable[Service], *, most: int = 20) -> None:
    """The list is whole, and the newest incidents' alerts and timelines are as told."""
    listed = api.every("/incidents")
    by_service = {one["component"]: one for one in listed}
    services = list(services)
    assert len(listed) == len(by_service) == len(services)
    for service in services:
        one = by_service[service.name]
        assert (one["alerts_total"], one["alerts_firing"]) == (
            len(service.fingerprints), len(service.firing),
        )  # fmt: skip
    for service in services[-most:]:
        name = by_service[service.name]["id"]
        found = Counter(one["fingerprint"] for one in api.every(f"/incidents/{name}/alerts"))
        assert found == Counter(name for name, _, _ in service.episodes())
        kinds = Counter(one["kind"] for one in api.every(f"/incidents/{name}/timeline"))
        assert sum(kinds[kind] for kind in _FIRED) == sum(found.values())
        assert kinds["alert_resolved"] == len(service.over)
