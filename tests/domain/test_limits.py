"""How often is too often."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.limits import Limit, recent, wait

NOW = datetime(2026, 3, 1, tzinfo=UTC)
THREE = Limit(most=3, within=timedelta(minutes=1))


@pytest.mark.parametrize(
    ("seconds_ago", "waits"),
    [
        ([], 0),
        ([0, 0], 0),
        ([50, 20, 10], 10),
        ([10, 50, 20], 10),
        ([60, 20, 10], 0),
        ([90, 80, 70, 60], 0),
        ([59, 58, 57, 56], 2),
    ],
)
def test_wait(seconds_ago: list[int], waits: int) -> None:
    history = [NOW - timedelta(seconds=one) for one in seconds_ago]

    assert wait(history, THREE, NOW) == timedelta(seconds=waits)
    assert wait(history, THREE, NOW + timedelta(seconds=waits)) == timedelta()


def test_what_is_past_is_forgotten() -> None:
    assert recent([NOW - timedelta(minutes=1), NOW], THREE, NOW) == [NOW]
