"""Where numbers are few or missing: what probes say, and what a person is told."""

from dataclasses import replace

import pytest

from bot.domain.verification.look import Look
from bot.domain.verification.verification import Verdict, clearly_worse, doubt
from bot.engine.serializer import stored
from tests.domain.verification.looks import AT, GOOD, PROBED, RULES, verdict


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
