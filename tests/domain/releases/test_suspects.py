"""What changed shortly before an incident: near in time, its own component's before others'."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.releases.ledger import LedgerRelease
from bot.domain.releases.suspects import suspects, when_it_came

BEGAN = datetime(2026, 3, 1, 3, tzinfo=UTC)
API, DOCUMENTS = "graphql-api", "document-service"


def came(seconds_before: float, component: str = API, version: str = "v1") -> LedgerRelease:
    at = BEGAN - timedelta(seconds=seconds_before)
    return LedgerRelease(
        environment="production", component=component, workload=component, version=version,
        identity=version, occurrence="1", deployed_at=at, live_at=at,
    )  # fmt: skip


def test_its_own_come_first_and_then_the_latest() -> None:
    rows = [
        came(60, DOCUMENTS, "d2"),
        came(3600, API, "a1"),
        came(120, API, "a2"),
        came(600, DOCUMENTS, "d1"),
    ]
    assert [row.version for row in suspects(rows, API, BEGAN)] == ["a2", "a1", "d2", "d1"]


@pytest.mark.parametrize(
    ("seconds_before", "counts"),
    [(7200, True), (7201, False), (0, True), (-60, True), (-61, False)],
)
def test_what_is_long_ago_or_came_after_it_is_none(seconds_before: float, counts: bool) -> None:  # noqa: FBT001 - a table
    assert bool(suspects([came(seconds_before)], API, BEGAN)) is counts


def test_what_waits_without_traffic_is_none() -> None:
    assert suspects([replace(came(60), live_at=None)], API, BEGAN) == []


def test_how_near_and_who_is_to_be_asked() -> None:
    assert when_it_came(replace(came(240), deployed_by="ada"), BEGAN) == "4 min before, by ada"
    assert when_it_came(came(7000), BEGAN) == "1 h 56 min before"
    assert when_it_came(came(-20), BEGAN) == "as it began"
