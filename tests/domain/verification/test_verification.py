"""PASS or FAIL: every rule of 1.8."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.verification.look import Look
from bot.domain.verification.verification import Verdict, failure, its_own, judge, to_blame
from tests.domain.verification.looks import AT, GOOD, PROBED, RULES, SCOPED, looks, verdict


def test_eight_good_looks_in_a_row_pass_and_seven_do_not() -> None:
    assert verdict(*[GOOD] * 7) is None
    assert verdict(*[GOOD] * 8) is Verdict.PASS
    assert verdict(*[GOOD] * 4, replace(GOOD, errors=0.002), *[GOOD] * 7) is None


def test_what_was_seen_before_it_settled_does_not_count() -> None:
    early = looks(*[GOOD] * 8, first=1)

    assert judge(early, RULES, SCOPED) is None


@pytest.mark.parametrize("late", [0, 60, 110, 300])
def test_who_could_only_be_watched_later_is_watched_as_long(late: float) -> None:
    """Other components were still on their way: what is healthy passes all the same."""
    begun = AT + RULES.settle + timedelta(seconds=late)
    start = replace(SCOPED, watched_from=begun)
    healthy = looks(*[replace(GOOD, tried=5, fine=5)] * 8, first=15 + late)
    blind = looks(*[PROBED] * 13, first=15 + late)

    assert [judge(healthy[:n], RULES, start) for n in (7, 8)] == [None, Verdict.PASS]
    found = [judge(blind[:n], RULES, start) for n in (12, 13)]
    assert found == [None, Verdict.PASS_SYNTHETIC]


def test_who_was_watched_from_the_first_moment_gains_nothing() -> None:
    start = replace(SCOPED, watched_from=AT)

    assert start.deadline(RULES) == SCOPED.deadline(RULES) == AT + RULES.deadline


def test_looks_on_top_of_each_other_are_no_bake() -> None:
    assert judge(looks(*[GOOD] * 20, every=1), RULES, SCOPED) is None


@pytest.mark.parametrize(
    ("change", "passes"),
    [
        ({"requests": 2999.0}, True),
        ({"requests": 2999.0, "errors": 0.0011}, False),
        ({"requests": 1500.0, "errors": 0.0009}, True),
        ({"requests": 381.0, "errors": 0.0}, True),
        ({"requests": 300.0, "errors": 0.0}, False),
        ({"requests": 299.0, "errors": 0.0}, False),
        ({"errors": 0.00101}, False),
        ({"errors": None}, False),
        ({"requests": None}, False),
        ({"fast": 0.949}, False),
        ({"fast": None}, False),
        ({"ready": None}, False),
        ({"old_share": 0.01}, False),
        ({"old_share": None}, True),
        ({"troubles": ("pod x: CrashLoopBackOff",)}, False),
    ],
)
def test_what_a_good_look_is(change: dict[str, object], passes: bool) -> None:  # noqa: FBT001 - a table's column
    found = verdict(*[replace(GOOD, **change)] * 8)  # type: ignore[arg-type]  # a table names the fields

    assert (found is Verdict.PASS) is passes


def test_little_traffic_passes_only_beside_what_was_usual() -> None:
    little = replace(GOOD, requests=1500.0, errors=0.0009)

    assert verdict(*[little] * 8) is Verdict.PASS
    assert verdict(*[little] * 8, start=replace(SCOPED, usual=0.0004)) is None
    assert verdict(*[little] * 8, start=replace(SCOPED, usual=None)) is None


def test_numbers_of_all_colours_count_only_after_the_window() -> None:
    mixed = replace(SCOPED, scoped=False)
    failing = replace(GOOD, errors=0.133)

    assert judge(looks(failing, failing, failing, failing), RULES, mixed) is None
    assert judge(looks(failing, failing), RULES, SCOPED) is Verdict.FAIL
    clean = [*[failing] * 4, *[GOOD] * 8]
    assert judge(looks(*clean), RULES, mixed) is Verdict.PASS
    assert judge(looks(*clean[:11]), RULES, mixed) is None


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"errors": 0.011, "requests": 100.0}, "more than 1.00% of its requests fail"),
        ({"troubles": ("pod x: CrashLoopBackOff",)}, "pods do not run: pod x: CrashLoopBackOff"),
    ],
)
def test_two_bad_looks_in_a_row_fail(bad: dict[str, object], why: str) -> None:
    seen = replace(GOOD, **bad)  # type: ignore[arg-type]  # a table names the fields

    assert verdict(GOOD, seen) is None
    assert verdict(seen, GOOD, seen, GOOD) is None
    assert verdict(GOOD, seen, seen) is Verdict.FAIL
    assert why in failure(looks(GOOD, seen, seen), RULES, SCOPED)


def test_few_requests_are_too_few_to_fail_on() -> None:
    assert verdict(*[replace(GOOD, errors=1.0, requests=99.0)] * 4) is None


def test_worse_than_before_the_switch_fails_where_chance_does_not_explain_it() -> None:
    calm = replace(SCOPED, before=Look(at=AT, requests=3000, errors=0.0005))

    assert verdict(*[replace(GOOD, errors=0.005)] * 2, start=calm) is Verdict.FAIL
    assert verdict(*[replace(GOOD, errors=0.005, requests=200.0)] * 2, start=calm) is None
    assert verdict(*[replace(GOOD, errors=0.005)] * 2) is None


def test_unready_fails_after_a_minute_not_at_once() -> None:
    away = replace(GOOD, ready=False, seen="3 of 5 pods are ready")

    assert verdict(*[away] * 5) is None
    assert verdict(*[away] * 6) is Verdict.FAIL
    assert verdict(*[away] * 4, GOOD, *[away] * 4) is None
    assert failure(looks(*[away] * 6), RULES, SCOPED) == "it is not ready: 3 of 5 pods are ready"


GROWN = replace(GOOD, ready=False, seen="9 of 10 pods are ready", serving=9, most=True)
STANDING = replace(GOOD, serving=3)
ASKED_FOR_MORE = replace(GROWN, serving=3, most=False)


@pytest.mark.parametrize("seen", [[GROWN] * 13, [STANDING, *[ASKED_FOR_MORE] * 12]])
def test_pods_that_are_asked_for_beside_those_that_serve_neither_pass_nor_fail(
    seen: list[Look],
) -> None:
    """An autoscaler grew it, and the new node takes minutes."""
    assert verdict(*seen[:12]) is None
    assert verdict(*seen) is Verdict.INCONCLUSIVE
    assert not failure(looks(*seen), RULES, SCOPED)


def test_fewer_than_stood_when_all_did_are_a_loss() -> None:
    lost = replace(ASKED_FOR_MORE, serving=2)

    assert verdict(STANDING, *[lost] * 6) is Verdict.FAIL
    assert verdict(STANDING, replace(STANDING, serving=10), *[ASKED_FOR_MORE] * 6) is Verdict.FAIL
    assert verdict(*[replace(GROWN, errors=0.02)] * 2) is Verdict.FAIL


@pytest.mark.parametrize(
    ("change", "blamed"),
    [
        ({}, False),
        ({"requests": 100.0, "errors": 0.0}, False),
        ({"requests": 99.0, "errors": 0.0}, True),
        ({"errors": None, "requests": None}, True),
        ({"errors": 0.005}, True),
        ({"troubles": ("pod x: CrashLoopBackOff",)}, True),
    ],
)
def test_only_pods_are_missing_and_it_answers_well_is_not_held_against_it(
    change: dict[str, object],
    blamed: bool,  # noqa: FBT001 - a table's column
) -> None:
    away = replace(GOOD, ready=False, seen="1 of 3 pods are ready")
    seen = looks(*[replace(away, **change)] * 6)  # type: ignore[arg-type]  # a table names the fields

    assert judge(seen, RULES, SCOPED) is Verdict.FAIL
    assert to_blame(seen, RULES, SCOPED) is blamed


def test_a_look_without_numbers_says_nothing_against_what_answers_well() -> None:
    away = replace(GOOD, ready=False)
    silent = replace(away, errors=None, requests=None)

    assert not to_blame(looks(*[away] * 5, silent), RULES, SCOPED)
    assert not to_blame(looks(*[away] * 4, silent, away), RULES, SCOPED)


def test_of_what_stood_elsewhere_in_between_only_what_came_after_is_its_own() -> None:
    """A minute of somebody else's release is no minute of this one."""
    unready = replace(GOOD, ready=False)
    others = replace(unready, elsewhere=True)
    found = looks(*[unready], *[others] * 4, *[unready] * 2)

    assert failure(found, RULES, SCOPED)
    assert its_own(found) == found[-2:]
    assert not to_blame(found, RULES, SCOPED)
    assert not failure(its_own(found), RULES, SCOPED)
    assert its_own(looks(unready, others)) == []


def test_a_restart_breaks_the_row_for_two_minutes() -> None:
    calm = replace(GOOD, restarts={"a": 3, "b": 0})
    after = replace(GOOD, restarts={"a": 3, "b": 1})

    assert verdict(*[calm] * 8) is Verdict.PASS
    assert verdict(calm, *[after] * 8) is None
    assert judge(looks(calm, *[after] * 16, every=15), RULES, SCOPED) is Verdict.PASS
