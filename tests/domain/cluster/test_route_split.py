import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cluster.route_split import Split, pointed, split
from bot.domain.cluster.unmoved import unmoved
from tests.domain.cluster.routes import Rule, routed, to

ONE = [{"route": [to("blue")]}]
WEIGHED = [{"route": [to("blue", 100), to("green", 0)], "timeout": "5s"}]
PREVIEW = {"match": [{"headers": {"x-preview": {"exact": "1"}}}], "route": [to("green")]}
LEFT = {"match": [{"headers": {"upgrade": {"exact": "websocket"}}}], "route": [to("blue")]}
BY_PATH = {"match": [{"uri": {"prefix": "/ws"}}], "route": [to("blue")]}
THERE = [{"route": [to("green")]}]
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
        ([LEFT, *ONE], Split.BEFORE),
        ([LEFT, {"route": [to("green")]}], Split.LEFT),
        ([LEFT, {"route": [to("red")]}], Split.NEITHER),
        ([PREVIEW, {"route": [to("green")]}], Split.AFTER),
        ([{**LEFT, "match": [{"headers": {}}]}], Split.BEFORE),
        ([{**LEFT, "route": [to("blue", 0), to("green", 100)]}, *THERE], Split.AFTER),
        ([ELSEWHERE, *ONE], Split.BEFORE),
        ([ELSEWHERE], Split.NEITHER),
        ([{"route": [to("red")]}], Split.NEITHER),
        ([], Split.NEITHER),
    ],
)
def test_where_the_traffic_goes(http: list[Rule], found: Split) -> None:
    assert split(http, "blue", "green") is found


def test_a_colour_without_a_name_is_nobodys() -> None:
    """Of a rule to another host, which has no subset."""
    elsewhere = {"destination": {"host": "other"}}

    for rule in ({**LEFT, "route": [elsewhere]}, {**BY_PATH, "route": [elsewhere]}):
        assert split([rule, {"route": [to("green")]}], "", "green") is Split.AFTER


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


@given(rules=st.lists(serving | aside), last=serving, at=st.integers(min_value=0))
def test_what_goes_by_the_request_to_the_live_colour_is_never_said_to_have_moved(
    rules: list[Rule], last: Rule, at: int
) -> None:
    before = [*rules, last]
    before.insert(at % len(before), LEFT)

    assert split(before, "blue", "green") is Split.BEFORE
    assert split(pointed(before, "blue", "green"), "blue", "green") is Split.LEFT
    assert unmoved(routed(*before), "blue", "green")


@given(rules=st.lists(serving | aside), last=serving)
def test_nothing_else_stays_behind(rules: list[Rule], last: Rule) -> None:
    assert unmoved(routed(*rules, last), "blue", "green") == ""
