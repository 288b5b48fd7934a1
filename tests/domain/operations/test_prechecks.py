"""P1 to P12, judged: what passes, what warns, what blocks, and what nobody can tell."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.cluster.workload import Quota, Service
from bot.domain.operations import contract_checks, prechecks
from bot.domain.operations.aim import Aim, aim, rolling
from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.plan import Kind as Asked
from bot.domain.operations.plan import Leg
from bot.domain.operations.prechecks import Untold
from bot.domain.operations.restore_policy import decide
from bot.domain.operations.rollback import known, plan
from bot.domain.operations.room import to_grow
from bot.domain.operations.survey import ClusterSurvey
from bot.domain.ops_data.policy import Policy
from bot.domain.ops_data.restore_point import Provider, Store, StoreState
from bot.domain.releases.contracts import Contracts
from bot.domain.verification.verification import Verdict
from tests.domain.operations.release_scene import BEGAN, Story, asking, component, operation, served
from tests.domain.operations.workloads import NOW, template, workload

AWAY = Untold(why="nobody answers")
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def _aim(survey: ClusterSurvey | None = None, to_version: str = "") -> Aim:
    read = survey or Story().survey()
    asked = asking(operation(Asked.ROLLBACK, "api", to_version=to_version))
    return aim(plan(asked, [read]).legs[0], read, known(asked, read))


def _leg() -> Leg:
    return _aim().leg


def _told(check: Check) -> tuple[Code, Result]:
    return check.code, check.result


def test_p1_a_proven_target_passes_with_how_long_it_served() -> None:
    found = _aim()

    check = prechecks.target(found.leg, found.release, found.known)

    assert _told(check) == (Code.TARGET, Result.PASS)
    assert check.seen == "v1.3.0 (green) → v1.2.0 (blue); it served well for 2 d 23 h"


def test_p1_what_was_proven_and_failed_since_warns() -> None:
    good, bad = Story().records
    failed = replace(
        good, occurrence="2", live_at=NOW - 6 * MINUTE, superseded_at=NOW - 4 * MINUTE,
        verdict=Verdict.FAIL,
    )  # fmt: skip
    found = _aim(Story().survey(records=(good, failed, bad)), to_version="v1.2.0")

    check = prechecks.target(found.leg, found.release, found.known)

    assert check.result is Result.WARN
    assert "failed its verification" in check.seen


@pytest.mark.parametrize(
    ("verdict", "says"), [(None, "never proved"), (Verdict.FAIL, "failed its verification")]
)
def test_p1_a_target_chosen_by_hand_warns(verdict: Verdict | None, says: str) -> None:
    rows = (replace(Story().records[0], verdict=verdict), Story().records[1])
    found = _aim(Story().survey(records=rows), to_version="v1.2.0")

    check = prechecks.target(found.leg, found.release, found.known)

    assert check.result is Result.WARN
    assert says in check.seen


@pytest.mark.parametrize(
    ("exists", "ready", "result"),
    [
        (False, 2, Result.PASS),
        (True, 0, Result.PASS),
        (False, 0, Result.BLOCK),
        (AWAY, 0, Result.UNKNOWN),
    ],
)
def test_p2_pods_that_run_it_prove_an_image(
    *, exists: bool | Untold, ready: int, result: Result
) -> None:
    check = prechecks.image(_leg(), exists=exists, ready=ready)

    assert _told(check) == (Code.IMAGE, result)
    assert check.blocks == (result in (Result.BLOCK, Result.UNKNOWN))


def test_p2_only_pods_of_the_target_itself_prove_it() -> None:
    assert _aim().ready == 3
    older = Story().survey(blue=workload("blue", Story().good, template("v1.2.9", "blue")))
    assert _aim(older).ready == 0


@pytest.mark.parametrize(
    ("lacks", "result"),
    [((), Result.PASS), (("ConfigMap env-5f",), Result.BLOCK), (AWAY, Result.UNKNOWN)],
)
def test_p3_what_is_named_must_be_there(lacks: tuple[str, ...] | Untold, result: Result) -> None:
    check = prechecks.references("api", lacks)

    assert _told(check) == (Code.REFERENCES, result)
    assert check.blocks == (result is not Result.PASS)


@pytest.mark.parametrize(
    ("target", "live", "result"),
    [
        (Contracts(), AWAY, Result.PASS),
        (Contracts(schema_min=3, schema_max=5), 5.0, Result.PASS),
        (Contracts(schema_min=3, schema_max=5), 6.0, Result.BLOCK),
        (Contracts(schema_min=3), 2.0, Result.BLOCK),
        (Contracts(schema_max=3), 1.0, Result.PASS),
        (Contracts(schema_max=3), AWAY, Result.UNKNOWN),
        (Contracts(schema_max=3), None, Result.PASS),
    ],
)
def test_p4_applies_where_a_schema_is_declared(
    target: Contracts, live: float | Untold | None, result: Result
) -> None:
    assert _told(contract_checks.schema("api", target, live)) == (Code.SCHEMA, result)


@pytest.mark.parametrize(
    ("target", "written", "result"),
    [
        (Contracts(), (3,), Result.PASS),
        (Contracts(doc_format_min=1, doc_format_max=2), (2,), Result.PASS),
        (Contracts(doc_format_min=1, doc_format_max=2), (3, 2), Result.BLOCK),
        (Contracts(doc_format_max=2), (2, None), Result.UNKNOWN),
        (Contracts(doc_format_max=2), (3, None), Result.BLOCK),
    ],
)
def test_p5_the_target_reads_all_that_was_written_since(
    target: Contracts, written: tuple[int | None, ...], result: Result
) -> None:
    since = [Contracts(doc_format_writes=one) for one in written]

    assert _told(contract_checks.formats("api", target, since)) == (Code.FORMAT, result)


def test_p5_a_release_between_counts_though_it_is_gone() -> None:
    """Two bad releases in a row: the first of them wrote what the target cannot read."""
    good = template("v1.2.0", "blue", annotations={"candlefish.ai/doc-format-max": "2"})
    worse = template("v1.4.0", "blue", annotations={"candlefish.ai/doc-format-writes": "2"})
    rows = (
        served(good, version="v1.2.0", workload="api-blue", since=DAY, until=HOUR,
               verdict=Verdict.PASS),
        served("gone", version="v1.3.0", workload="api-green", since=HOUR, until=11 * MINUTE,
               contracts=Contracts(doc_format_writes=3)),
        served(worse, version="v1.4.0", workload="api-blue", since=11 * MINUTE,
               contracts=Contracts(doc_format_writes=2)),
    )  # fmt: skip
    read = replace(
        Story().survey(records=rows),
        workloads={"blue": workload("blue", good, worse), "green": workload("green", Story().bad)},
        service=replace(_service(), selector={"app": "api", "color": "blue"}),
    )
    found = _aim(read)

    check = contract_checks.formats("api", found.contracts, found.written_since)

    assert check.result is Result.BLOCK
    assert "format 3 was written since" in check.seen


def _service() -> Service:
    service = Story().survey().service
    assert service is not None
    return service


@pytest.mark.parametrize(
    ("epoch", "valid_from", "result"),
    [
        (None, None, Result.PASS),
        (4, 4, Result.PASS),
        (3, 4, Result.BLOCK),
        (None, 4, Result.UNKNOWN),
    ],
)
def test_p6_revoked_secrets_never_come_back(
    epoch: int | None, valid_from: int | None, result: Result
) -> None:
    check = contract_checks.secrets("api", Contracts(secret_epoch=epoch), valid_from)

    assert _told(check) == (Code.SECRETS, result)


def test_p7_room() -> None:
    story = Story()
    needed = to_grow(workload("green", story.bad), 5)
    tight = Quota(name="tight", hard={"pods": "10"}, used={"pods": "9"})
    pending = workload("blue", story.good)
    pending = replace(pending, pods=[replace(pending.pods[0], phase="Pending")])

    found = {
        "free": prechecks.has_room(story.survey(), needed),
        "tight": prechecks.has_room(story.survey(quotas=(tight,)), needed),
        "unread": prechecks.has_room(story.survey(quotas=None), needed),
        "crowded": prechecks.has_room(story.survey(blue=pending), needed),
    }

    assert {name: check.result for name, check in found.items()} == {
        "free": Result.PASS,
        "tight": Result.BLOCK,
        "unread": Result.UNKNOWN,
        "crowded": Result.WARN,
    }
    assert not found["unread"].blocks


def test_p7_what_fits_alone_may_not_fit_with_the_rest_of_the_plan() -> None:
    half = Quota(name="half", hard={"pods": "10", "limits.cpu": "9"}, used={"pods": "7"})
    survey = Story().survey(quotas=(half,))
    takes = {"pods": Decimal(2)}

    crowded = prechecks.has_room(survey, takes, {"pods": Decimal(2)})
    assert crowded.result is Result.BLOCK
    assert crowded.seen == (
        "alone it fits, but with the rest of this plan: quota half has 3 of pods left, "
        "and it takes 4"
    )
    assert prechecks.has_room(survey, takes, {"pods": Decimal(1)}).result is Result.PASS
    others = {"pods": Decimal(4), "limits.cpu": Decimal(20)}
    assert prechecks.has_room(survey, {"pods": Decimal()}, others).result is Result.PASS


def test_p8_a_lock_blocks_and_a_rollout_warns() -> None:
    green = workload("green", Story().bad, updated=1)

    held = prechecks.other_work("api", "OP-3 has had hold of it for 4 min", ())
    moving = prechecks.other_work("api", "", rolling((green,)))

    assert (held.result, held.seen) == (
        Result.BLOCK,
        "OP-3 has had hold of it for 4 min",
    )
    assert (moving.result, moving.seen) == (
        Result.WARN,
        "a rollout is under way: api-green: 1 of 3 pods are of the new template",
    )
    assert prechecks.other_work("api", "", rolling((workload("green", Story().bad),))).seen


@pytest.mark.parametrize(
    ("state", "result"),
    [
        (StoreState(status="available", restorable_at=NOW - MINUTE, stalls=True), Result.PASS),
        (StoreState(status="backing-up", restorable_at=None, stalls=False), Result.PASS),
        (StoreState(status="available", restorable_at=None, stalls=False), Result.WARN),
        (StoreState(status="available", restorable_at=None, stalls=True), Result.BLOCK),
        (StoreState(status="modifying", restorable_at=None, stalls=False), Result.BLOCK),
    ],
)
def test_p9_a_restore_point(state: StoreState, result: Result) -> None:
    store = Store(component="postgresql", provider=Provider.RDS, name="main")

    check = prechecks.restore_point(store, decide(state, NOW, Policy()))

    assert _told(check) == (Code.RESTORE_POINT, result)
    assert prechecks.restore_point(store, AWAY).result is Result.UNKNOWN


def test_p10_says_who_needs_it_and_who_is_connected() -> None:
    one = component()

    assert prechecks.reach(one, (), None).result is Result.PASS
    found = prechecks.reach(one, ("docs", "pwa"), 412.0)
    assert found.result is Result.WARN
    assert found.seen == "docs and pwa need it; 412 connections will have to reconnect"
    assert "nobody answers" in prechecks.reach(one, (), AWAY).seen


@pytest.mark.parametrize(
    ("ago", "result", "says"),
    [
        (12 * MINUTE, Result.PASS, "came 2 min before the trouble began: a likely cause"),
        (HOUR, Result.PASS, "a possible cause"),
        (6 * DAY, Result.WARN, "something else may be the cause"),
        (5 * MINUTE, Result.WARN, "it is not the cause"),
        (None, Result.UNKNOWN, "not known"),
    ],
)
def test_p11_how_likely_the_release_is_the_cause(
    ago: timedelta | None, result: Result, says: str
) -> None:
    check = prechecks.suspect(_leg(), None if ago is None else NOW - ago, BEGAN)

    assert _told(check) == (Code.SUSPECT, result)
    assert says in check.seen
    assert not check.blocks


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

    found = _aim(story.survey(green=workload("green", story.bad, again), records=rows))

    assert found.live_since == NOW - HOUR


def test_p12_what_the_api_refuses_blocks() -> None:
    assert prechecks.rehearsal("api", {}, {}).result is Result.PASS
    assert prechecks.rehearsal("api", {}, {"switch api": "away"}).result is Result.UNKNOWN
    blocked = prechecks.rehearsal("api", {"switch api": "forbidden"}, {"drain api": "away"})
    assert (blocked.result, blocked.seen) == (Result.BLOCK, "switch api: forbidden")


def test_an_answer_that_is_late_is_unknown() -> None:
    check = prechecks.late(Code.IMAGE, "api", timedelta(seconds=8))

    assert (check.result, check.seen, check.blocks) == (
        Result.UNKNOWN,
        "no answer within 8 s",
        True,
    )
