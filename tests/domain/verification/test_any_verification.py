"""What must hold of a verdict whatever is seen."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.verification.look import Look
from bot.domain.verification.verification import Start, Verdict, judge
from tests.domain.verification.looks import AT, BEFORE, GOOD, RULES, looks

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
_ERRING = st.builds(replace, _LOOK, requests=st.just(3000.0), errors=st.sampled_from([0.02, 0.5]))
_TROUBLED = st.builds(replace, _LOOK, troubles=st.just(("pod x: CrashLoopBackOff",)))
_FAILING = st.builds(
    lambda seen, bad: [*seen, *bad],
    st.lists(st.just(GOOD) | _LOOK, min_size=3, max_size=10),
    st.lists(_ERRING, min_size=2, max_size=3) | st.lists(_TROUBLED, min_size=2, max_size=3),
)


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


@given(_FAILING, _START, st.lists(st.floats(0, 1), min_size=13, max_size=13))
def test_more_errors_never_turn_a_failure_into_a_pass(
    seen: Sequence[Look], start: Start, more: Sequence[float]
) -> None:
    assume(judge(looks(*seen), RULES, start) is Verdict.FAIL)
    worse = [
        look if look.errors is None else replace(look, errors=min(look.errors + extra, 1.0))
        for look, extra in zip(seen, more, strict=False)
    ]

    assert judge(looks(*worse), RULES, start) is Verdict.FAIL
