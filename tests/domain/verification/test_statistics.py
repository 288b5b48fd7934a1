"""What a share of so many trials can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.verification.statistics import trials_for, wilson


@pytest.mark.parametrize(
    ("hits", "trials", "lowest", "highest"),
    [
        (0, 10, 0.0, 0.2775),
        (1, 10, 0.0179, 0.4042),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (0, 300, 0.0, 0.01264),
        (0, 381, 0.0, 0.00998),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_the_published_intervals(hits: int, trials: int, lowest: float, highest: float) -> None:
    """The last line is Newcombe's (Stat. Med. 17, 1998, table I, method 3)."""
    assert wilson(hits, trials) == pytest.approx((lowest, highest), abs=1e-4)


def test_nothing_tried_is_nothing_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_rule_of_three() -> None:
    assert trials_for(0.001) == 3000


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_the_share_lies_within_and_more_hits_lift_both_ends(hits: int, trials: int) -> None:
    hits = min(hits, trials)
    lowest, highest = wilson(hits, trials)

    assert 0 <= lowest <= hits / trials + 1e-9
    assert hits / trials - 1e-9 <= highest <= 1
    if hits < trials:
        more = wilson(hits + 1, trials)
        assert more[0] >= lowest
        assert more[1] >= highest
