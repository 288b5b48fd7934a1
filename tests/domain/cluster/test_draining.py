from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cluster.draining import Draining

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
EVERY = timedelta(seconds=5)
names = st.lists(st.text(min_size=1, max_size=20), unique=True, max_size=30).map(tuple)


@given(key=st.text(max_size=30), pods=names, last=st.none() | st.just(NOW))
def test_it_remembers_through_its_text(
    key: str, pods: tuple[str, ...], last: datetime | None
) -> None:
    mark = Draining(key=key, pods=pods, last=last)

    assert Draining.of(mark.text) == mark


@pytest.mark.parametrize("text", [None, "", "{}", "[]", "OP-7", '{"key":"k","pods":3,"last":null}'])
def test_what_we_did_not_write_is_no_mark(text: str | None) -> None:
    assert Draining.of(text) is None


@given(pods=names.filter(bool), percent=st.integers(min_value=1, max_value=100))
def test_a_wave_keeps_to_its_share_but_one_always_goes(pods: tuple[str, ...], percent: int) -> None:
    wave = Draining(key="k", pods=pods).wave(percent)

    assert wave == 1 or wave <= len(pods) * percent / 100


def test_what_came_back_is_not_of_before() -> None:
    mark = Draining(key="k", pods=("a", "b", "c"))

    assert mark.left(["b", "c", "new"]) == ("b", "c")


@pytest.mark.parametrize(
    ("ago", "wait"), [(timedelta(), 5), (timedelta(seconds=3), 2), (timedelta(minutes=1), 0)]
)
def test_the_next_wave_waits_for_the_last_whoever_sent_it(ago: timedelta, wait: int) -> None:
    mark = Draining(key="k", pods=("a",)).moved(NOW - ago)

    assert mark.wait(100, EVERY, NOW) == timedelta(seconds=wait)


@pytest.mark.parametrize(("pods", "seconds"), [(3, 50 / 3), (8, 6.25), (10, 5), (25, 5)])
def test_a_pod_that_is_more_than_its_share_makes_the_next_wait_longer(
    pods: int, seconds: float
) -> None:
    """A tenth of the connections every five seconds, however few pods hold them."""
    mark = Draining(key="k", pods=tuple(map(str, range(pods)))).moved(NOW)

    assert mark.wait(10, EVERY, NOW) == timedelta(seconds=seconds)


def test_the_first_wave_goes_at_once() -> None:
    assert Draining(key="k", pods=("a",)).wait(100, EVERY, NOW) == timedelta()


def test_a_clock_that_went_back_does_not_stop_it() -> None:
    ahead = Draining(key="k", pods=("a",)).moved(NOW + timedelta(hours=1))

    assert ahead.wait(100, EVERY, NOW) == EVERY
