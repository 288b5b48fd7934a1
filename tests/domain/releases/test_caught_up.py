"""What a plan knows of releases that the ledger has not seen yet."""

from datetime import timedelta

from bot.domain.releases.learning import caught_up
from tests.domain.releases.shown import MINUTE, NOON, Ledger, cluster, workload

INSTANT = timedelta.resolution


def test_who_is_ahead_of_the_ledger_knows_what_serves() -> None:
    blue, green = workload("blue", "v1"), workload("green", "v2", "v3")
    ledger = Ledger()
    ledger.learn(cluster(blue, workload("green", "v2"), live="blue"), NOON)

    now = NOON + MINUTE
    rows = {
        row.version: row for row in caught_up(ledger.rows, cluster(blue, green, live="green"), now)
    }
    assert rows["v1"].superseded_at == NOON + INSTANT
    assert rows["v3"].serves
    assert rows["v3"].live_at == now
    assert rows["v2"] == ledger.rows[1]


def test_who_is_ahead_knows_what_came_and_went_in_place_as_well() -> None:
    ledger = Ledger()
    ledger.learn(cluster(workload("api", "v1"), live="api"), NOON)

    shown = cluster(workload("api", "v1", "v2", "v3"), live="api")
    ahead = caught_up(ledger.rows, shown, NOON + MINUTE)
    assert {row.version for row in ahead if row.live_at} == {"v1", "v2", "v3"}


def test_a_ledger_that_is_not_behind_stays_as_it_is() -> None:
    shown = cluster(workload("blue", "v1"), workload("green", "v2"), live="blue")
    ledger = Ledger()
    ledger.learn(shown, NOON)

    assert caught_up(ledger.rows, shown, NOON + MINUTE) == tuple(ledger.rows)
    unknown = cluster(workload("blue", "v1"), workload("green", "v2", "v3"), live="")
    assert caught_up(ledger.rows, unknown, NOON + MINUTE) == tuple(ledger.rows)
