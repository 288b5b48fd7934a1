"""PASS, FAIL or nobody can tell: every rule of 1.8, and what must hold for whatever is seen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ops_data.policy import Verification
from bot.domain.verification.look import Look
from bot.domain.verification.verification import (
    Start,
    Verdict,
    clearly_worse,
    doubt,
    failure,
    judge,
)
from bot.engine.serializer import stored

AT = datetime(2026, 3, 1, 3, 7, tzinfo=UTC)
RULES = Verification()
BEFORE = Look(at=AT, requests=3000, errors=0.3)
SCOPED = Start(switched_at=AT, scoped=True, before=BEFORE, usual=0.0005)
GOOD = Look(at=AT, ready=True, requests=3000, errors=0.0005, fast=0.99, old_share=0.0)


def looks(*found: Look, every: float = 15, first: float = 15) -> list[Look]:
    """Spread over time, from `first` seconds after the switch."""
    return [
        replace(look, at=AT + timedelta(seconds=first + every * number))
        for number, look in enumerate(found)
    ]


def verdict(*found: Look, start: Start = SCOPED) -> Verdict | None:
    return judge(looks(*found), RULES, start)


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


def test_a_restart_breaks_the_row_for_two_minutes() -> None:
    calm = replace(GOOD, restarts={"a": 3, "b": 0})
    after = replace(GOOD, restarts={"a": 3, "b": 1})

    assert verdict(*[calm] * 8) is Verdict.PASS
    assert verdict(calm, *[after] * 8) is None
    assert judge(looks(calm, *[after] * 16, every=15), RULES, SCOPED) is Verdict.PASS


PROBED = Look(at=AT, ready=True, tried=5, fine=5)


def test_without_prometheus_probes_speak_at_the_deadline() -> None:
    assert verdict(*[PROBED] * 12) is None
    assert verdict(*[PROBED] * 13) is Verdict.PASS_SYNTHETIC
    assert verdict(*[PROBED] * 12, replace(PROBED, fine=4)) is Verdict.INCONCLUSIVE
    assert verdict(*[replace(PROBED, tried=1, fine=1)] * 13) is Verdict.INCONCLUSIVE
    assert verdict(*[replace(PROBED, tried=0, fine=0)] * 13) is Verdict.INCONCLUSIVE
    assert verdict(*[PROBED] * 12, replace(PROBED, ready=None)) is Verdict.INCONCLUSIVE


def test_probes_do_not_outshout_real_requests() -> None:
    failing = replace(PROBED, requests=2000.0, errors=0.005, fast=0.99)
    slow = replace(PROBED, requests=2000.0, errors=0.0, fast=0.5)

    assert verdict(*[failing] * 13) is Verdict.INCONCLUSIVE
    assert verdict(*[slow] * 13) is Verdict.INCONCLUSIVE
    assert verdict(*[replace(failing, requests=50.0)] * 13) is Verdict.PASS_SYNTHETIC


@pytest.mark.parametrize(
    ("requests", "failed", "found"),
    [
        (99, 99, Verdict.INCONCLUSIVE),
        (20, 4, Verdict.INCONCLUSIVE),
        (99, 3, Verdict.INCONCLUSIVE),
        (99, 2, Verdict.PASS_SYNTHETIC),
        (50, 1, Verdict.PASS_SYNTHETIC),
        (50, 0, Verdict.PASS_SYNTHETIC),
        (0, 0, Verdict.PASS_SYNTHETIC),
    ],
)
def test_few_requests_speak_too_where_too_many_fail_for_chance(
    requests: int, failed: int, found: Verdict
) -> None:
    seen = replace(PROBED, requests=float(requests), errors=failed / max(requests, 1), fast=1.0)

    assert verdict(*[seen] * 13) is found


@pytest.mark.parametrize(
    ("before", "after", "requests", "worse"),
    [
        (0.10, 0.151, 100.0, True),
        (0.10, 0.149, 100.0, False),
        (0.001, 0.0105, 100.0, False),
        (0.001, 0.0115, 100.0, True),
        (0.10, 0.9, 99.0, False),
        (None, 0.9, 100.0, False),
        (0.10, None, 100.0, False),
    ],
)
def test_bad_enough_to_go_back_without_asking(
    before: float | None,
    after: float | None,
    requests: float,
    worse: bool,  # noqa: FBT001 - a table's column
) -> None:
    first = Look(at=AT, requests=3000, errors=before)
    now = Look(at=AT, requests=requests, errors=after)

    assert clearly_worse(first, now, RULES) is worse
    assert not clearly_worse(None, now, RULES)


@pytest.mark.parametrize(("requests", "worse"), [(None, False), (4.0, False), (100.0, True)])
def test_what_hung_before_did_not_do_well(requests: float | None, worse: bool) -> None:  # noqa: FBT001 - a table's column
    """Too few came through to fail: nobody goes back to that by itself."""
    hung = Look(at=AT, requests=requests, errors=0.0)
    now = Look(at=AT, requests=3000, errors=0.02)

    assert clearly_worse(hung, now, RULES) is worse


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"ready": None, "seen": "Kubernetes is off"}, "not known to be ready: Kubernetes is off"),
        ({"errors": None}, "Prometheus cannot tell"),
        ({"requests": 240.0}, "240 requests a look are too few to claim that less than 0.1% fail"),
        ({"errors": 0.002}, "neither well nor badly"),
        ({"requests": 99.0, "errors": 1.0}, "99 requests a look are too few to call their"),
    ],
)
def test_a_person_is_told_what_keeps_it_from_being_known(
    change: dict[str, object], why: str
) -> None:
    assert why in doubt([GOOD, replace(GOOD, **change)], RULES)  # type: ignore[arg-type]  # a table names the fields
    assert doubt([], RULES) == "nothing was seen of it in time"


def test_a_look_survives_the_durable_run_and_says_itself() -> None:
    look = replace(GOOD, restarts={"a": 1}, troubles=("pod a: OOMKilled",), tried=5, fine=4)

    assert Look.of(stored(look.plain())) == look
    assert look.words == (
        "0.05% of 3,000 requests failed, 99.0% were fast, 4 of 5 probes were fine, pod a: OOMKilled"
    )
    assert Look(at=AT, seen="5 pods are ready").words == (
        "no numbers from Prometheus, 5 pods are ready"
    )


_SHARE = st.none() | st.sampled_from([0.0, 0.0005, 0.001, 0.002, 0.0101, 0.5, 1.0])
_LOOK = st.builds(
    Look,
    at=st.just(AT),
    ready=st.sampled_from([True, True, True, False, None]),
    seen=st.just("seen"),
    troubles=st.sampled_from([(), (), (), ("pod x: CrashLoopBackOff",)]),
    requests=st.none() | st.sampled_from([0.0, 50.0, 400.0, 3000.0]),
    errors=_SHARE,
    fast=st.none() | st.sampled_from([0.5, 0.95, 1.0]),
    old_share=st.none() | st.sampled_from([0.0, 0.5]),
    tried=st.just(5),
    fine=st.sampled_from([5, 5, 5, 4]),
)
_START = st.builds(
    Start,
    switched_at=st.just(AT),
    scoped=st.booleans(),
    before=st.none() | st.just(BEFORE) | st.just(replace(BEFORE, errors=0.0)),
    usual=_SHARE,
)
_MIXED = st.lists(st.just(GOOD) | _LOOK, min_size=1, max_size=16)


@given(_MIXED, _START)
def test_no_data_never_passes(seen: Sequence[Look], start: Start) -> None:
    blind = [replace(look, requests=None, errors=None, tried=0, fine=0) for look in seen]

    found = judge(looks(*blind), RULES, start)

    assert found not in (Verdict.PASS, Verdict.PASS_SYNTHETIC)


@given(_LOOK, st.integers(0, 12), _START)
def test_a_single_bad_look_never_fails(bad: Look, place: int, start: Start) -> None:
    start = replace(start, before=None)
    seen = [*[GOOD] * place, bad, *[GOOD] * (12 - place)]

    for length in range(1, len(seen) + 1):
        assert judge(looks(*seen[:length]), RULES, start) is not Verdict.FAIL


@given(_MIXED, _START, st.lists(st.floats(0, 1), min_size=16, max_size=16))
def test_more_errors_never_turn_a_failure_into_a_pass(
    seen: Sequence[Look], start: Start, more: Sequence[float]
) -> None:
    if judge(looks(*seen), RULES, start) is not Verdict.FAIL:
        return
    worse = [
        look if look.errors is None else replace(look, errors=min(look.errors + extra, 1.0))
        for look, extra in zip(seen, more, strict=False)
    ]

    assert judge(looks(*worse), RULES, start) is Verdict.FAIL
