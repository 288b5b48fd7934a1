"""Which release is known to be good: not the one before, and never the bad one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.releases.ledger import (
    LedgerRelease,
    candidates,
    changed_by_hand,
    is_dated,
    key,
    last_known_good,
    newest_first,
)
from bot.domain.verification.verification import Verdict

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PROVEN = timedelta(minutes=30)


def row(
    number: int,
    version: str,
    live: float | None,
    ended: float | None = None,
    *,
    passed: bool = True,
    verdict: Verdict | None = None,
) -> LedgerRelease:
    """Live from and until so many minutes before noon."""
    return LedgerRelease(
        id=number,
        environment="production",
        component="api",
        workload="api",
        version=version,
        identity=f"hash of {version}",
        occurrence=str(number),
        deployed_at=NOON - timedelta(minutes=live if live is not None else 1000),
        live_at=None if live is None else NOON - timedelta(minutes=live),
        superseded_at=None if ended is None else NOON - timedelta(minutes=ended),
        verdict=verdict or (Verdict.PASS if passed else None),
    )


def good(rows: Sequence[LedgerRelease], began: float = 0) -> str | None:
    """The version to go to in an incident that began so many minutes before noon."""
    at = NOON - timedelta(minutes=began)
    found = last_known_good(rows, at=at, now=NOON, proven_after=PROVEN)
    return None if found is None else found.version


def test_two_bad_releases_in_a_row_are_both_skipped() -> None:
    rows = [
        row(1, "v1", 500, 60),
        row(2, "v2", 60, 20, passed=False),
        row(3, "v3", 20, passed=False),
    ]

    assert good(rows, began=15) == "v1"


def test_what_was_live_when_it_began_is_out_however_well_it_had_done() -> None:
    rows = [row(1, "v1", 500, 100), row(2, "v2", 100)]

    assert good(rows, began=5) == "v1"


def test_a_second_rollback_does_not_return_to_the_bad_one() -> None:
    first = [row(1, "v1", 500, 100), row(2, "v2", 100, 5)]
    rolled_back = [*first, row(3, "v1", 5, passed=False)]

    assert good(rolled_back, began=10) == "v1"


def test_what_was_turned_away_from_later_is_good_no_more() -> None:
    rows = [
        row(1, "v1", 900, 500),
        row(2, "v2", 500, 400),
        row(3, "v1", 400),
    ]
    assert good(rows, began=1) == "v2"

    rows[1] = replace(rows[1], verdict=Verdict.FAIL)
    assert good(rows, began=1) is None
    assert good([*rows, row(4, "v0", 2000, 900)], began=1) == "v0"


def test_what_proved_itself_again_is_good_again() -> None:
    rows = [
        row(1, "v1", 900, 600, verdict=Verdict.FAIL),
        row(2, "v1", 500, 100),
        row(3, "v2", 100, passed=False),
    ]

    assert good(rows, began=1) == "v1"


def test_who_served_too_short_a_time_proved_nothing() -> None:
    assert good([row(1, "v1", 60, 31), row(2, "v2", 31, passed=False)]) is None
    assert good([row(1, "v1", 60, 30), row(2, "v2", 30, passed=False)]) == "v1"


def test_a_colour_that_waits_was_never_live() -> None:
    assert good([row(1, "v1", None), row(2, "v2", 50)]) is None


def test_a_restart_does_not_make_the_bad_release_another_one() -> None:
    template = {"metadata": {"annotations": {}}, "spec": {"containers": [{"image": "x:v2"}]}}
    restarted = {
        **template,
        "metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "2026-03-01"}},
    }
    rows = [
        row(1, "v1", 500, 100),
        replace(row(2, "v2", 100, 20), template=template),
        replace(row(3, "v2", 20, passed=False), identity="other", template=restarted),
    ]

    assert good(rows, began=5) == "v1"


def test_people_choose_among_all_but_the_live_one_the_newest_first() -> None:
    rows = [
        row(1, "v1", 900, 600),
        row(2, "v2", 600, 500),
        row(3, "v1", 500, 100),
        row(4, "v3", 100),
        row(5, "v4", None),
    ]

    assert [(one.version, one.id) for one in candidates(rows)] == [("v1", 3), ("v2", 2), ("v4", 5)]
    assert [one.id for one in newest_first(rows)] == [4, 3, 2, 1, 5]


def _with_memory(one: LedgerRelease, memory: str) -> LedgerRelease:
    return replace(one, template={"spec": {"memory": memory}}, identity=f"{one.version} {memory}")


def test_another_template_of_the_same_version_was_changed_by_hand() -> None:
    rows = [
        _with_memory(row(1, "v1", 900, 600), "1Gi"),
        _with_memory(row(2, "v1", 600, 500), "2Gi"),
        _with_memory(row(3, "v2", 500), "2Gi"),
    ]

    assert changed_by_hand(rows) == {key(rows[1])}
    ours = replace(rows[1], deployed_by="OP-3")
    assert changed_by_hand([rows[0], ours, rows[2]]) == frozenset()


def test_a_restart_is_no_change_by_hand() -> None:
    first = _with_memory(row(1, "v1", 900, 600), "1Gi")
    again = replace(first, id=2, occurrence="2", identity="x", deployed_at=NOON)

    assert changed_by_hand([first, again]) == frozenset()


def test_an_operation_of_ours_is_known_by_its_name() -> None:
    assert replace(row(1, "v1", 5), deployed_by="OP-7").operation == "OP-7"
    assert replace(row(1, "v1", 5), deployed_by="github:deploy").operation == ""


_ROW = st.builds(
    row,
    st.integers(1, 10**6),
    st.sampled_from(["v1", "v2", "v3"]),
    st.none() | st.floats(100, 1000),
    st.none() | st.floats(0, 100),
    verdict=st.sampled_from([None, Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE]),
    passed=st.booleans(),
)


@given(st.lists(_ROW, max_size=8), st.floats(0, 500))
def test_whatever_is_called_good_passed_and_was_not_live_then(
    rows: list[LedgerRelease], began: float
) -> None:
    at = NOON - timedelta(minutes=began)
    found = last_known_good(rows, at=at, now=NOON, proven_after=PROVEN)

    if found is not None:
        assert found.verdict is Verdict.PASS
        assert found.served(NOON) >= PROVEN
        assert not any(one.served_at(at) for one in rows if one.identity == found.identity)


@pytest.mark.parametrize(
    ("minutes", "served"), [(101, False), (100, True), (20, True), (10, False)]
)
def test_when_it_served(minutes: float, served: bool) -> None:  # noqa: FBT001 - a table's column
    assert row(1, "v1", 100, 10).served_at(NOON - timedelta(minutes=minutes)) is served


def test_when_the_first_one_came_is_known_only_where_the_world_says_it() -> None:
    """The ledger began while it served: that it came just then would be a false suspicion."""
    first = replace(row(1, "v1", 30, 10), deployed_at=NOON - timedelta(days=3))
    second = replace(row(2, "v2", 10), deployed_at=NOON - timedelta(days=1))
    rows = [first, second]

    assert not is_dated(first, rows)
    assert is_dated(second, rows)
    assert is_dated(replace(first, deployed_at=first.live_at or NOON), rows)
    assert not is_dated(replace(second, live_at=None), rows)
