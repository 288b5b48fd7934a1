from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.operations.restore_policy import Way, decide
from bot.domain.ops_data.policy import Policy
from bot.domain.ops_data.restore_point import StoreState

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FRESH, STALE = NOW - timedelta(minutes=4), NOW - timedelta(hours=2)


@pytest.mark.parametrize(
    ("status", "restorable_at", "stalls", "way"),
    [
        ("available", FRESH, False, Way.START),
        ("available", FRESH, True, Way.SPARED),
        ("backing-up", FRESH, False, Way.NOTHING),
        ("modifying", FRESH, False, Way.NOTHING),
        ("available", STALE, False, Way.WAIT),
        ("available", None, False, Way.WAIT),
        ("storage-optimization", None, False, Way.WAIT),
        ("available", None, True, Way.ASK),
        ("available", STALE, True, Way.ASK),
        ("backing-up", None, True, Way.UNDER_WAY),
        ("backing-up", STALE, False, Way.UNDER_WAY),
        ("stopped", None, False, Way.IMPOSSIBLE),
        ("modifying", STALE, True, Way.IMPOSSIBLE),
    ],
)
def test_the_table_of_the_policy(
    *, status: str, restorable_at: datetime | None, stalls: bool, way: Way
) -> None:
    state = StoreState(status=status, restorable_at=restorable_at, stalls=stalls)
    assert decide(state, NOW, Policy()).way is way


@pytest.mark.parametrize(
    ("since", "restorable_at", "way"),
    [
        (FRESH, None, Way.UNDER_WAY),
        (FRESH, FRESH, Way.NOTHING),
        (STALE, None, Way.WAIT),
        (STALE, STALE, Way.WAIT),
        (STALE, FRESH, Way.START),
    ],
)
def test_a_snapshot_that_is_never_done_is_no_restore_point(
    since: datetime, restorable_at: datetime | None, way: Way
) -> None:
    state = StoreState(
        status="available", restorable_at=restorable_at, stalls=False, making_since=since
    )
    assert decide(state, NOW, Policy()).way is way


def test_only_a_choice_and_an_impossibility_are_no_restore_point() -> None:
    without = {Way.ASK, Way.IMPOSSIBLE}
    for status in ("available", "backing-up", "stopped"):
        for restorable_at in (FRESH, STALE, None):
            for stalls in (True, False):
                state = StoreState(status=status, restorable_at=restorable_at, stalls=stalls)
                decision = decide(state, NOW, Policy())
                assert decision.is_one == (decision.way not in without)
                assert not (decision.starts and stalls), "a snapshot would stall the database"


@pytest.mark.parametrize(
    ("status", "restorable_at", "way"),
    [
        ("available", None, Way.WAIT),
        ("available", STALE, Way.WAIT),
        ("available", FRESH, Way.SPARED),
        ("stopped", None, Way.IMPOSSIBLE),
    ],
)
def test_a_person_may_let_it_stall_where_there_is_no_other(
    status: str, restorable_at: datetime | None, way: Way
) -> None:
    state = StoreState(status=status, restorable_at=restorable_at, stalls=True)
    assert decide(state, NOW, Policy(), may_stall=True).way is way


def test_it_says_how_old_the_restore_point_is() -> None:
    fresh = StoreState(status="available", restorable_at=FRESH, stalls=False)
    assert "4 min ago" in decide(fresh, NOW, Policy()).why
    stale = StoreState(status="available", restorable_at=STALE, stalls=True)
    assert "2 h ago" in decide(stale, NOW, Policy()).why
