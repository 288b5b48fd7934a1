"""How numbers read, when they are over, and when a card keeps the number it shows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fact import STEADY, Fact, Missing, Verdict, figure, rounded, steady

NOW = datetime(2026, 3, 1, 3, 12, tzinfo=UTC)


def fact(value: float | None, *, name: str = "latency", **fields: object) -> Fact:
    given: dict[str, object] = {"unit": "ms", "target": 500.0, "at": NOW}
    return Fact(name=name, value=value, **{**given, **fields})  # type: ignore[arg-type]  # a test names the fields it sets


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (0, 0), (0.00004, 0), (0.0123, 0.012), (0.104, 0.1), (26.4, 26), (99.6, 100),
        (412, 410), (1249, 1200), (-41.7, -42),
    ],
)  # fmt: skip
def test_two_significant_digits_are_kept(value: float, kept: float) -> None:
    assert rounded(value) == kept


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (26, "percent", "26 %"),
        (0.1, "percent", "0.1 %"),
        (0, "percent", "0 %"),
        (480, "ms", "480 ms"),
        (1200, "ms", "1.2 s"),
        (1500, "ms", "1.5 s"),
        (41, "req/s", "41 req/s"),
        (1200, "connections", "1,200 connections"),
        (7, "", "7"),
    ],
)
def test_a_number_reads_with_its_unit(value: float, unit: str, text: str) -> None:
    assert figure(value, unit) == text


@pytest.mark.parametrize(
    ("value", "target", "verdict"),
    [
        (510, 500, Verdict.OVER),
        (500, 500, Verdict.WITHIN),
        (0, 500, Verdict.WITHIN),
        (510, None, Verdict.UNKNOWN),
        (None, 500, Verdict.UNKNOWN),
    ],
)
def test_a_number_is_over_its_target_or_not(
    value: float | None, target: float | None, verdict: Verdict
) -> None:
    assert fact(value, target=target).verdict is verdict


def test_a_number_that_hardly_moved_stays_as_it_was_shown() -> None:
    later = NOW + timedelta(minutes=1)
    (kept,) = steady([fact(100)], [fact(108, at=later)])

    assert kept == fact(100)
    assert kept.at == later


def test_a_number_that_moved_is_shown() -> None:
    assert steady([fact(100)], [fact(120)]) == (fact(120),)


def test_a_small_move_across_the_target_is_shown() -> None:
    assert steady([fact(490)], [fact(510)]) == (fact(510),)


def test_many_small_moves_do_not_add_up_unseen() -> None:
    shown: tuple[Fact, ...] = (fact(100),)
    for value in range(101, 130):
        shown = steady(shown, [fact(float(value))])
        assert shown[0].value is not None
        assert abs(value - shown[0].value) <= STEADY * shown[0].value


def test_an_hour_before_is_calm_too() -> None:
    before, after = fact(41, before=40, target=None), fact(42, before=41, target=None)

    assert steady([before], [after]) == (before,)


def test_a_number_that_cannot_be_had_is_shown_at_once() -> None:
    gone = fact(None, missing=Missing.TIMEOUT)

    assert steady([fact(100)], [gone]) == (gone,)
    assert steady([gone], [fact(100)]) == (fact(100),)
    assert steady([], [fact(100)]) == (fact(100),)


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_what_is_shown_is_near_what_is_true(old: float, new: float) -> None:
    (shown,) = steady([fact(rounded(old))], [fact(rounded(new))])

    assert shown.value is not None
    assert shown.verdict is fact(rounded(new)).verdict
    assert abs(shown.value - new) <= max(0.16 * new, 0.001)


def test_two_facts_that_read_the_same_are_equal() -> None:
    assert fact(1) == replace(fact(1), at=NOW + timedelta(hours=1))
    assert fact(1) != fact(2)
