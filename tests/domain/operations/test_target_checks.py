"""P1 to P3 and P11, judged: the release that is gone to, and the one that is left."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.operations import prechecks
from bot.domain.operations.check import Code, Result
from bot.domain.operations.plan import Leg
from bot.domain.operations.prechecks import Untold
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.verification.verification import Verdict
from tests.domain.operations.judged import AWAY, DAY, HOUR, MINUTE, aimed, told
from tests.domain.operations.release_scene import BEGAN, Story, served
from tests.domain.operations.workloads import NOW, template, workload


def _leg() -> Leg:
    return aimed().leg


def test_p1_a_proven_target_passes_with_how_long_it_served() -> None:
    found = aimed()

    check = prechecks.target(found.leg, found.release, found.known)

    assert told(check) == (Code.TARGET, Result.PASS)
    assert check.seen == "v1.3.0 (green) → v1.2.0 (blue); it served well for 2 d 23 h"


def test_p1_what_was_proven_and_failed_since_warns() -> None:
    good, bad = Story().records
    failed = replace(
        good, occurrence="2", live_at=NOW - 6 * MINUTE, superseded_at=NOW - 4 * MINUTE,
        verdict=Verdict.FAIL,
    )  # fmt: skip
    found = aimed(Story().survey(records=(good, failed, bad)), to_version="v1.2.0")

    check = prechecks.target(found.leg, found.release, found.known)

    assert check.result is Result.WARN
    assert "failed its verification" in check.seen


@pytest.mark.parametrize(
    ("verdict", "says"), [(None, "never proved"), (Verdict.FAIL, "failed its verification")]
)
def test_p1_a_target_chosen_by_hand_warns(verdict: Verdict | None, says: str) -> None:
    rows = (replace(Story().records[0], verdict=verdict), Story().records[1])
    found = aimed(Story().survey(records=rows), to_version="v1.2.0")

    check = prechecks.target(found.leg, found.release, found.known)

    assert check.result is Result.WARN
    assert says in check.seen


@pytest.mark.parametrize(
    ("exists", "ready", "result", "says"),
    [
        ({"a": False}, 2, Result.PASS, "2 pods of it are ready"),
        ({"a": True, "b": True}, 0, Result.PASS, "the registry has a, b"),
        ({"a": True, "b": False}, 0, Result.BLOCK, "the registry has no b any more"),
        ({"a": AWAY, "b": False}, 0, Result.BLOCK, "the registry has no b any more"),
        ({"a": True, "b": AWAY}, 0, Result.UNKNOWN, "b: nobody answers"),
        ({}, 0, Result.UNKNOWN, "its image is not known"),
    ],
)
def test_p2_pods_that_run_it_prove_its_images(
    exists: dict[str, bool | Untold], ready: int, result: Result, says: str
) -> None:
    check = prechecks.image(_leg(), exists, ready=ready)

    assert (told(check), check.seen) == ((Code.IMAGE, result), says)
    assert check.blocks == (result in (Result.BLOCK, Result.UNKNOWN))


def test_p2_only_pods_of_the_target_itself_prove_it() -> None:
    assert aimed().ready == 3
    older = Story().survey(blue=workload("blue", Story().good, template("v1.2.9", "blue")))
    assert aimed(older).ready == 0


@pytest.mark.parametrize(
    ("lacks", "result"),
    [((), Result.PASS), (("ConfigMap env-5f",), Result.BLOCK), (AWAY, Result.UNKNOWN)],
)
def test_p3_what_is_named_must_be_there(lacks: tuple[str, ...] | Untold, result: Result) -> None:
    check = prechecks.references("api", lacks)

    assert told(check) == (Code.REFERENCES, result)
    assert check.blocks == (result is not Result.PASS)


def _came(ago: timedelta, **changes: datetime) -> LedgerRelease:
    return served("v1.3.0", version="v1.3.0", workload="api-green", since=ago, **changes)


@pytest.mark.parametrize(
    ("ago", "result", "says"),
    [
        (12 * MINUTE, Result.PASS, "came 2 min before the trouble began: a likely cause"),
        (HOUR, Result.PASS, "a possible cause"),
        (6 * DAY, Result.WARN, "something else may be the cause"),
        (5 * MINUTE, Result.WARN, "that began without it"),
        (None, Result.UNKNOWN, "not known"),
    ],
)
def test_p11_how_likely_the_release_is_the_cause(
    ago: timedelta | None, result: Result, says: str
) -> None:
    check = prechecks.suspect(_leg(), None if ago is None else _came(ago), BEGAN)

    assert told(check) == (Code.SUSPECT, result)
    assert says in check.seen
    assert not check.blocks


@pytest.mark.parametrize(
    ("first", "last", "result", "says"),
    [
        (HOUR, MINUTE, Result.PASS, "came at most 50 min before the trouble began: a likely"),
        (6 * DAY, HOUR, Result.PASS, "a possible cause"),
        (6 * DAY, 5 * DAY, Result.WARN, "something else may be the cause"),
        (5 * MINUTE, MINUTE, Result.WARN, "that began without it"),
    ],
)
def test_p11_of_what_came_while_nobody_looked_the_latest_time_counts(
    first: timedelta, last: timedelta, result: Result, says: str
) -> None:
    check = prechecks.suspect(_leg(), _came(first, live_by=NOW - last), BEGAN)

    assert told(check) == (Code.SUSPECT, result)
    assert says in check.seen


def test_p11_of_what_served_before_the_ledger_began_nobody_knows_since_when() -> None:
    story = Story()
    (running,) = [row for row in story.records if row.serves]
    shipped = replace(running, deployed_at=running.deployed_at - HOUR)
    found = aimed(story.survey(records=(shipped,)), to_version="v1.2.0")
    assert found.brought is None
    long = replace(shipped, live_at=NOW - 9 * HOUR, deployed_at=NOW - 10 * HOUR)
    found = aimed(story.survey(records=(long,)), to_version="v1.2.0")
    assert found.brought == long  # it came then or before: it is old, whatever it is


def test_p11_a_restart_does_not_make_a_release_young() -> None:
    story = Story()
    again = template(
        "v1.3.0", "green", annotations={"kubectl.kubernetes.io/restartedAt": "2026-03-01T02:50:00Z"}
    )
    rows = (
        story.records[0],
        served(story.bad, version="v1.3.0", workload="api-green", since=HOUR, until=10 * MINUTE),
        served(again, version="v1.3.0", workload="api-green", since=10 * MINUTE),
    )

    found = aimed(story.survey(green=workload("green", story.bad, again), records=rows))

    assert found.brought == rows[1]
