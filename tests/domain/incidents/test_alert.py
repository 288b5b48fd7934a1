"""What an arriving alert is beside the episode we know: by its own times, never by arrival."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incidents.alert import (
    Alert,
    Episode,
    Status,
    Verdict,
    begun,
    believed,
    fingerprint_of,
    judge,
)

NOW = datetime(2026, 3, 1, 3, 7, tzinfo=UTC)
F, R = Status.FIRING, Status.RESOLVED


def minute(number: float | None) -> datetime | None:
    return None if number is None else NOW + timedelta(minutes=number)


def alert(status: Status, starts: float | None, ends: float | None = None) -> Alert:
    return Alert(
        source="s", fingerprint="f", status=status, labels={}, annotations={},
        starts_at=minute(starts), ends_at=minute(ends),
    )  # fmt: skip


def known(ends: float | None) -> Episode:
    status = F if ends is None else R
    return Episode(key="s:f", status=status, starts_at=NOW, ends_at=minute(ends))


@pytest.mark.parametrize(
    ("told", "episode", "verdict"),
    [
        (alert(F, 0), None, Verdict.FIRES),
        (alert(R, 0, 1), None, Verdict.ENDED_UNSEEN),
        (alert(F, 0), known(None), Verdict.REPEATS),
        (alert(F, None), known(None), Verdict.REPEATS),
        (alert(F, -5), known(None), Verdict.REPEATS),
        (alert(F, 5), known(None), Verdict.STARTS_ANEW),
        (alert(R, 0, 1), known(None), Verdict.RESOLVES),
        (alert(R, 0, 0), known(None), Verdict.RESOLVES),
        (alert(R, None, None), known(None), Verdict.RESOLVES),
        (alert(R, -9, -1), known(None), Verdict.STALE),
        (alert(F, 0), known(5), Verdict.STALE),
        (alert(F, 5), known(5), Verdict.STALE),
        (alert(F, 6), known(5), Verdict.FIRES),
        (alert(F, None), known(5), Verdict.FIRES),
        (alert(R, 0, 5), known(5), Verdict.REPEATS),
        (alert(R, 6, 7), known(5), Verdict.ENDED_UNSEEN),
    ],
)
def test_it_is(told: Alert, episode: Episode | None, verdict: Verdict) -> None:
    assert judge(told, episode, NOW + timedelta(minutes=10)) is verdict


@given(st.datetimes(timezones=st.timezones() | st.just(UTC)))
def test_a_time_that_is_believed_is_in_its_life_and_hardly_ahead(at: datetime) -> None:
    found = believed(at, NOW)

    assert found in (None, at)
    assert (found is None) == (at.year < 2000 or at - NOW > timedelta(hours=1))


def test_an_episode_never_ends_before_it_starts() -> None:
    episode = begun(alert(R, 5, 1), None, NOW)

    assert episode.ends_at == episode.starts_at


def test_a_fingerprint_is_of_the_labels_in_any_order() -> None:
    one, other = {"a": "1", "b": "2"}, {"b": "2", "a": "1"}

    assert fingerprint_of(one) == fingerprint_of(other)
    assert fingerprint_of({"a": "1b"}) != fingerprint_of({"a1": "b"})
