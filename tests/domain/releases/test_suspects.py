"""What changed shortly before an incident: near in time, its own component's before others'."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.releases.ledger import LedgerRelease
from bot.domain.releases.suspects import suspects, when_it_came

BEGAN = datetime(2026, 3, 1, 3, tzinfo=UTC)
_LONG_AGO = BEGAN - timedelta(days=9)
API, DOCUMENTS = "graphql-api", "document-service"


def came(seconds_before: float, component: str = API, version: str = "v1") -> LedgerRelease:
    at = BEGAN - timedelta(seconds=seconds_before)
    return LedgerRelease(
        environment="production", component=component, workload=component, version=version,
        identity=version, occurrence=version, deployed_at=at, live_at=at,
    )  # fmt: skip


def before(row: LedgerRelease, **given: Any) -> LedgerRelease:
    """What served until it came."""
    earlier = replace(row, version="v0", identity="v0", occurrence="v0", live_at=_LONG_AGO)
    return replace(earlier, **{"superseded_at": row.live_at} | given)


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


def test_what_came_while_nobody_looked_may_have_come_in_that_time() -> None:
    day_long = replace(came(86400), live_by=BEGAN - timedelta(minutes=4))
    over_it = replace(came(600), live_by=BEGAN + timedelta(minutes=20))
    assert suspects([day_long, before(day_long)], API, BEGAN) == [day_long]
    assert suspects([over_it, before(over_it)], API, BEGAN) == [over_it]
    assert when_it_came(over_it, BEGAN) == "at most 10 min before"

    too_old = replace(came(86400), live_by=BEGAN - timedelta(hours=3))
    too_late = replace(came(-300), live_by=BEGAN + timedelta(minutes=20))
    assert suspects([too_old, too_late], API, BEGAN) == []


def test_what_waits_without_traffic_is_none() -> None:
    assert suspects([replace(came(60), live_at=None)], API, BEGAN) == []


def test_a_restart_is_no_change() -> None:
    """Else the card would name whoever deployed that release weeks ago."""
    again = came(60, version="v2")
    same = before(again, version="v2", identity="v2")
    assert suspects([again, same], API, BEGAN) == []
    assert suspects([again, before(again)], API, BEGAN) == [again]


def test_when_the_first_that_was_seen_came_nobody_knows() -> None:
    seen = replace(came(60), deployed_at=_LONG_AGO)
    assert suspects([seen], API, BEGAN) == []
    assert suspects([seen, before(seen)], API, BEGAN) == [seen]
    assert suspects([seen, before(seen, component=DOCUMENTS)], API, BEGAN) == []


def test_who_deployed_what_traffic_only_came_back_to_is_not_named() -> None:
    back = replace(came(60), occurrence="7/2", deployed_by="ada")
    assert when_it_came(back, BEGAN) == "1 min before"
    assert when_it_came(replace(back, deployed_by="OP-7"), BEGAN) == "1 min before, by OP-7"


def test_how_near_and_who_is_to_be_asked() -> None:
    assert when_it_came(replace(came(240), deployed_by="ada"), BEGAN) == "4 min before, by ada"
    assert when_it_came(came(7000), BEGAN) == "1 h 56 min before"
    assert when_it_came(came(-20), BEGAN) == "as it began"
