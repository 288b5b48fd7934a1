"""The pre-checks of a plan, asked of working twins side by side."""

from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest

from bot.domain.operations.check import Code, Result
from bot.domain.operations.plan import Kind, Plan
from sandbox.kubernetes.kinds import CONFIGMAP, QUOTA
from tests.flows.operations.planning_stage import NAMESPACE, Stage, by_code

NAME = "graphql-api"


def test_a_warm_good_release_passes_all_of_them(still: Stage, made: Plan) -> None:
    found = still.checks(made)

    mine = by_code(found, NAME)
    assert {code: check.result for code, check in mine.items()} == {
        Code.TARGET: Result.PASS,
        Code.IMAGE: Result.PASS,
        Code.REFERENCES: Result.PASS,
        Code.SCHEMA: Result.PASS,
        Code.FORMAT: Result.PASS,
        Code.SECRETS: Result.PASS,
        Code.ROOM: Result.PASS,
        Code.CONFLICT: Result.PASS,
        Code.BLAST_RADIUS: Result.WARN,
        Code.SUSPECT: Result.PASS,
        Code.REHEARSAL: Result.PASS,
    }
    assert by_code(found, "postgresql")[Code.RESTORE_POINT].result is Result.PASS
    assert [one.code for one in found] == sorted((one.code for one in found), key=list(Code).index)


def test_checking_changes_nothing(still: Stage, made: Plan) -> None:
    still.checks(made)

    assert still.cluster.api.effects() == []


def test_a_config_map_that_is_gone_is_named(stage: Stage) -> None:
    made = stage.way_back(NAME)
    stage.cluster.store.delete(CONFIGMAP, NAMESPACE, f"{NAME}-config")

    check = by_code(stage.checks(made), NAME)[Code.REFERENCES]

    assert (check.result, check.seen) == (
        Result.BLOCK,
        f"it names what is not there: ConfigMap {NAME}-config",
    )


def test_a_full_quota_blocks_where_no_mechanism_fits(stage: Stage) -> None:
    made = stage.way_back(NAME)
    with stage.cluster.store.lock:
        quota = stage.cluster.store.get(QUOTA, NAMESPACE, "compute")
        quota["spec"]["hard"]["pods"] = "1"
        quota["status"] = {"hard": {"pods": "1"}, "used": {"pods": "25"}}
        stage.cluster.store.update(QUOTA, quota)

    check = by_code(stage.checks(made), NAME)[Code.ROOM]

    assert check.result is Result.BLOCK
    assert "pods" in check.seen


@pytest.mark.parametrize(("kind", "left"), [(Kind.ROLLBACK, 3), (Kind.RESTART, 2)])
def test_two_components_share_the_room_of_their_namespace(
    stage: Stage, kind: Kind, left: int
) -> None:
    """The room is enough for either of them alone."""
    both = (NAME, "document-service")
    for name in both:
        stage.remember(name)
    alone = [stage.plan(kind, name) for name in both]
    together = stage.plan(kind, *both)
    with stage.cluster.store.lock:
        quota = stage.cluster.store.get(QUOTA, NAMESPACE, "compute")
        used = int(quota["status"]["used"]["pods"])
        hard = {"pods": str(used + left)}
        quota["spec"]["hard"] = hard
        quota["status"] = {"hard": hard, "used": {"pods": str(used)}}
        stage.cluster.store.update(QUOTA, quota)

    for one in alone:
        found = by_code(stage.checks(one), one.components[0])[Code.ROOM]
        assert found.result is Result.PASS, found.seen
    checks = stage.checks(together)
    for name in both:
        found = by_code(checks, name)[Code.ROOM]
        assert found.result is Result.BLOCK
        assert "for the others" in found.seen


def test_who_has_hold_of_a_component_is_named(still: Stage, made: Plan) -> None:
    held = {NAME: "OP-3 has had hold of it for 4 min"}

    check = by_code(still.checks(made, **held), NAME)[Code.CONFLICT]

    assert (check.result, check.seen) == (Result.BLOCK, held[NAME])


def test_connections_are_counted(still: Stage) -> None:
    still.remember("websocket-service")
    still.numbers.answers = {"ws_connections": 412.0}
    made = still.plan(Kind.ROLLBACK, "websocket-service")

    check = by_code(still.checks(made), "websocket-service")[Code.BLAST_RADIUS]

    assert "412 connections will have to reconnect" in check.seen


def test_a_write_that_the_api_would_refuse_blocks(stage: Stage) -> None:
    made = stage.way_back(NAME)
    stage.cluster.api.faults.status("PATCH", f"/services/{NAME}", 403, times=1_000)

    check = by_code(stage.checks(made), NAME)[Code.REHEARSAL]

    assert check.result is Result.BLOCK
    assert check.seen.startswith(f"switch {NAME}: ")


def test_an_optional_write_that_would_be_refused_blocks_nothing(stage: Stage) -> None:
    made = stage.way_back(NAME)
    stage.cluster.api.faults.status("PATCH", f"/deployments/{NAME}-blue$", 403, times=1_000)

    check = by_code(stage.checks(made), NAME)[Code.REHEARSAL]

    assert (check.result, check.blocks) == (Result.UNKNOWN, False)


def test_what_does_not_answer_in_time_is_unknown_and_nobody_waits(still: Stage) -> None:
    hung = Event()
    still.shelf.pause = hung.wait
    policy = replace(still.catalogue.policy, checks_within=timedelta(seconds=1.5))
    still.catalogue = replace(still.catalogue, policy=policy)
    made = still.plan(Kind.ROLLBACK, NAME, to_version="v1.3.9")

    try:
        found = by_code(still.checks(made), NAME)
    finally:
        hung.set()

    assert (found[Code.IMAGE].result, found[Code.IMAGE].blocks) == (Result.UNKNOWN, True)
    assert found[Code.IMAGE].seen == "no answer within 1 s"


def test_a_cluster_that_goes_away_meanwhile_is_unknown(stage: Stage) -> None:
    made = stage.way_back(NAME)
    stage.cluster.api.faults.drop("*", ".", times=1_000)

    found = by_code(stage.checks(made), NAME)

    assert {found[code].result for code in (Code.TARGET, Code.ROOM, Code.REHEARSAL)} == {
        Result.UNKNOWN
    }


def test_a_site_is_checked_for_its_deploy(still: Stage) -> None:
    still.remember_sites("docs-site")
    made = still.plan(Kind.ROLLBACK, "docs-site")

    found = by_code(still.checks(made), "docs-site")

    assert set(found) == {
        Code.TARGET, Code.IMAGE, Code.CONFLICT, Code.BLAST_RADIUS, Code.SUSPECT, Code.REHEARSAL,
    }  # fmt: skip
    assert found[Code.IMAGE].result is Result.PASS
    assert still.hosts.effects() == []


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        (
            Kind.RESTART,
            {Code.REFERENCES, Code.ROOM, Code.CONFLICT, Code.BLAST_RADIUS, Code.REHEARSAL},
        ),
        (
            Kind.SCALE,
            {Code.REFERENCES, Code.ROOM, Code.CONFLICT, Code.BLAST_RADIUS, Code.REHEARSAL},
        ),
        (Kind.FREEZE, {Code.CONFLICT, Code.REHEARSAL}),
    ],
)
def test_the_other_kinds_are_checked_for_what_concerns_them(
    still: Stage, kind: Kind, codes: set[Code]
) -> None:
    made = still.plan(kind, NAME, replicas=7)

    found = by_code(still.checks(made), NAME)

    assert set(found) == codes
    assert not any(check.blocks for check in found.values())
    assert still.cluster.api.effects() == []


def test_a_plan_without_steps_needs_no_checks(still: Stage) -> None:
    made = still.plan(Kind.ROLLBACK, NAME, to_version="v1.4.2")

    assert made.steps == ()
    assert still.checks(made) == ()
