from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cluster.route_split import Split, pointed, split

Rule = Mapping[str, Any]


def to(subset: str, weight: int | None = None) -> Rule:
    found: dict[str, Any] = {"destination": {"host": "web", "subset": subset}}
    return found if weight is None else {**found, "weight": weight}


ONE = [{"route": [to("blue")]}]
WEIGHED = [{"route": [to("blue", 100), to("green", 0)], "timeout": "5s"}]
PREVIEW = {"match": [{"headers": {"x-preview": {"exact": "1"}}}], "route": [to("green")]}
BY_PATH = {"match": [{"uri": {"prefix": "/ws"}}], "route": [to("blue")]}
ELSEWHERE = {"redirect": {"uri": "/moved"}}


@pytest.mark.parametrize(
    ("http", "found"),
    [
        (ONE, Split.BEFORE),
        (WEIGHED, Split.BEFORE),
        ([{"route": [to("green")]}], Split.AFTER),
        ([{"route": [to("blue", 90), to("green", 10)]}], Split.BOTH),
        ([BY_PATH, {"route": [to("green")]}], Split.BOTH),
        ([PREVIEW, *ONE], Split.BEFORE),
        ([ELSEWHERE, *ONE], Split.BEFORE),
        ([ELSEWHERE], Split.NEITHER),
        ([{"route": [to("red")]}], Split.NEITHER),
        ([], Split.NEITHER),
    ],
)
def test_where_the_traffic_goes(http: list[Rule], found: Split) -> None:
    assert split(http, "blue", "green") is found


def test_weights_move_and_the_rest_stays() -> None:
    after = pointed(WEIGHED, "blue", "green")

    assert after == [{"route": [to("blue", 0), to("green", 100)], "timeout": "5s"}]


def test_a_single_destination_is_renamed() -> None:
    assert pointed([ELSEWHERE, *ONE], "blue", "green") == [ELSEWHERE, {"route": [to("green")]}]


def test_a_preview_by_header_is_left_alone() -> None:
    assert pointed([PREVIEW, *ONE], "blue", "green")[0] == PREVIEW
    assert pointed([PREVIEW, *ONE], "green", "blue")[0] == PREVIEW


serving = st.sampled_from(
    [
        {"route": [to("blue")]},
        {"route": [to("blue", 100)]},
        {"route": [to("blue", 100), to("green", 0)]},
        {"route": [to("blue", 70), to("green", 0), to("canary", 30)]},
        BY_PATH,
    ]
)
aside = st.sampled_from([PREVIEW, ELSEWHERE, {"route": [to("red", 100)]}])


@given(rules=st.lists(serving | aside), last=serving)
def test_pointing_there_and_back_is_no_change(rules: list[Rule], last: Rule) -> None:
    before = [*rules, last]
    there = pointed(before, "blue", "green")

    assert split(before, "blue", "green") is Split.BEFORE
    assert split(there, "blue", "green") is Split.AFTER
    assert pointed(there, "blue", "green") == there
    assert pointed(there, "green", "blue") == before
