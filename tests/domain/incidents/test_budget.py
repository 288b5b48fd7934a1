"""The budget: never more than the rate in any minute, and as fast as it allows."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incidents.budget import EDITS, POSTS, Bucket, backoff

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def calls(bucket: Bucket, pauses: list[float]) -> list[datetime]:
    """When calls happen of somebody who pauses, then waits for leave."""
    now, made = NOW, []
    for pause in pauses:
        now += timedelta(seconds=pause)
        now += timedelta(seconds=bucket.wait(now))
        bucket = bucket.spent(now)
        made.append(now)
    return made


@given(st.lists(st.floats(0, 30), min_size=60, max_size=200))
def test_never_more_than_fifty_edits_in_any_minute(pauses: list[float]) -> None:
    made = calls(Bucket(rate=EDITS), pauses)
    minute = timedelta(seconds=60)
    assert all(late - early >= minute for early, late in zip(made, made[50:], strict=False))


def test_who_always_wants_to_edit_gets_forty_five_a_minute_evenly() -> None:
    made = calls(Bucket(rate=EDITS), [0.0] * 100)
    assert made[4] == NOW
    assert abs((made[99] - made[9]).total_seconds() - 120) < 0.01


def test_posts_are_a_second_apart() -> None:
    made = calls(Bucket(rate=POSTS), [0.0, 0.0, 5.0, 0.0])
    assert [(at - NOW).total_seconds() for at in made] == [0, 1, 6, 7]


def test_a_retry_after_bars_whatever_is_saved() -> None:
    bucket = Bucket(rate=EDITS).barred(NOW + timedelta(seconds=30))
    assert bucket.wait(NOW) == 30
    assert bucket.left(NOW) == 0
    assert bucket.left(NOW + timedelta(seconds=30)) == 5
    assert bucket.barred(NOW).wait(NOW) == 30


def test_what_is_left_counts_down() -> None:
    bucket = Bucket(rate=EDITS)
    assert bucket.left(NOW) == 5
    assert bucket.spent(NOW).spent(NOW).left(NOW) == 3


def test_backoff_doubles_up_to_its_most() -> None:
    assert [backoff(count) for count in (0, 1, 2, 3, 6, 500)] == [1, 1, 2, 4, 30, 30]
