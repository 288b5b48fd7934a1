"""Traps that a cluster lays for a rollback: kubernetes.md and operations.md, section 1."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.kubernetes.controllers.fate import Fate
from sandbox.kubernetes.kinds import DEPLOYMENT, HPA, REPLICASET
from sandbox.kubernetes.seed.release import VERSION
from sandbox.twin.faults import Moment
from tests.crash.patience import until
from tests.operations.rig import Rig, rigged
from tests.operations.twins import PRODUCTION
from tests.scenarios.operations.hands import (
    change,
    lift_quota,
    paused,
    pods,
    quota,
    ready,
    set_quota,
    settled,
)
from tests.scenarios.operations.seen import calls, done, run, seen, states, switches

GRAPHQL, DOCUMENTS, WEBSOCKET = "graphql-api", "document-service", "websocket-service"
FOR_REAL = "^(?!.*dryRun)"


@pytest.fixture(scope="module")
def rig(story_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with rigged(tmp_path_factory.mktemp("rig"), story_url) as found:
        found.went_bad(GRAPHQL)
        found.went_bad(DOCUMENTS)
        found.platform.ship(DOCUMENTS, "v1.4.4-bad")
        _forget_history(found, f"{WEBSOCKET}-blue")
        found.went_bad(WEBSOCKET, in_place=True)
        found.serve()
        yield found


def _forget_history(rig: Rig, name: str) -> None:
    """Kubernetes keeps no ReplicaSet but the one that runs."""
    change(rig, DEPLOYMENT, name, revisionHistoryLimit=0)
    settled(rig, name)


def test_after_two_bad_releases_it_goes_to_the_good_one_before(rig: Rig) -> None:
    """`kubectl rollout undo`, and the idle colour, would bring the first bad one back."""
    over = done(rig, f"rollback {DOCUMENTS}")

    assert over["plan"]["legs"][0]["from"]["version"] == "v1.4.4-bad"
    assert over["plan"]["legs"][0]["to"]["version"] == "v1.4.2"
    assert rig.platform.tag(DOCUMENTS) == "v1.4.2"


def test_without_history_the_template_comes_from_the_ledger(rig: Rig) -> None:
    name = f"{WEBSOCKET}-blue"
    store = rig.platform.cluster.store
    with store.lock:
        kept = [
            one["metadata"]["name"]
            for one in store.list(REPLICASET, PRODUCTION)
            if one["metadata"]["name"].startswith(name)
        ]
    assert len(kept) == 1

    over = done(rig, f"rollback {WEBSOCKET}", who="grace", by="ada")

    assert over["plan"]["legs"][0]["mechanism"] == "redeploy from the ledger"
    assert any("keeps no history" in note for note in over["plan"]["notes"])
    assert rig.platform.tag(WEBSOCKET) == "v1.4.2"


def test_an_idle_colour_at_its_minimum_is_raised_before_it_gets_the_traffic(rig: Rig) -> None:
    """Live runs at its autoscaler's maximum; and a backup of the database has just begun."""
    blue, green = f"{GRAPHQL}-blue", f"{GRAPHQL}-green"
    rig.platform.cluster.controllers.load.for_service(PRODUCTION, GRAPHQL, 10)
    change(rig, DEPLOYMENT, blue, replicas=3)
    until(lambda: (ready(rig, green), ready(rig, blue)) == (10, 3), "live is large, idle small")
    databases = rig.platform.aws.databases
    databases.set_status("candlefish-production", "backing-up")
    databases.set_restorable("candlefish-production", datetime.now(UTC) - timedelta(hours=1))
    snapshots = len(rig.platform.aws.effects())
    at_switch: list[int] = []
    path = f"/services/{GRAPHQL}$"
    rig.platform.cluster.api.faults.at(
        Moment.SEEN, "PATCH", path, lambda: at_switch.append(ready(rig, blue)),
        query=FOR_REAL,
    )  # fmt: skip

    over = done(rig, f"rollback {GRAPHQL}")

    assert at_switch == [10]
    assert rig.platform.color(GRAPHQL) == "blue"
    assert "10 pods ready" in seen(over, f"scale {GRAPHQL}")
    assert rig.platform.cluster.store.get(HPA, PRODUCTION, blue)["spec"]["minReplicas"] == 10
    point = "restore point of postgresql"
    assert states(over)[point] == "done"
    assert "backup" in seen(over, point)
    assert len(rig.platform.aws.effects()) == snapshots
    databases.set_status("candlefish-production", "available")
    databases.set_restorable("candlefish-production", None)


def test_an_idle_colour_without_pods_is_filled_first(rig: Rig) -> None:
    idle = _emptied(rig)
    over = done(
        rig, f"rollback {GRAPHQL} --to-version {_version(rig, idle)}", who="grace", by="ada"
    )

    assert over["plan"]["legs"][0]["mechanism"] == "blue-green switch"
    assert rig.platform.live(GRAPHQL) == idle
    assert ready(rig, idle) >= 3


def test_an_idle_colour_that_does_not_come_up_gets_no_traffic(rig: Rig) -> None:
    idle = _emptied(rig)
    live, before = rig.platform.live(GRAPHQL), len(switches(rig, GRAPHQL))
    fates = rig.platform.cluster.controllers.fates
    fates.for_deployment(PRODUCTION, idle, Fate.CRASH)

    planned = rig.ask(f"rollback {GRAPHQL} --to-version {_version(rig, idle)}", who="grace")
    over = run(rig, planned, by="ada")
    fates.clear()

    assert over["state"] == "failed"
    assert "nothing stays changed" in over["said"]
    assert "CrashLoopBackOff" in over["said"]
    assert states(over)[f"switch {GRAPHQL}"] == "skipped"
    assert rig.platform.live(GRAPHQL) == live
    assert len(switches(rig, GRAPHQL)) == before


def test_a_paused_deployment_takes_no_template(rig: Rig) -> None:
    """The API would take it, and nothing would roll: before it is planned, and before it runs."""
    deployment = rig.platform.live(DOCUMENTS)
    words = f"rollback {DOCUMENTS} --to-version v1.4.0"
    with paused(rig, deployment):
        blocked = rig.ask(words, who="margaret")
    assert blocked["state"] == "blocked"
    assert f"{deployment} is paused" in blocked["said"]
    assert f"rollout resume deployment/{deployment}" in blocked["said"]

    planned = rig.ask(words, who="margaret")
    with paused(rig, deployment):
        over = run(rig, planned, by="ada")
    assert over["state"] == "failed"
    assert f"{deployment} is paused" in over["said"]
    assert "Nothing was changed." in over["said"]


def test_a_full_quota_is_seen_before_anything_moves(rig: Rig) -> None:
    words = f"rollback {DOCUMENTS} --to-version v1.4.0"
    with quota(rig, len(pods(rig))):
        blocked = rig.ask(words, who="margaret")
    assert blocked["state"] == "blocked"
    assert "0 of pods left" in blocked["said"]

    planned = rig.ask(words, who="margaret")
    before = rig.platform.writes()
    with quota(rig, len(pods(rig))):
        over = run(rig, planned, by="ada")
    assert over["state"] == "failed"
    assert "Stopped before it began: P7 room" in over["said"]
    assert rig.platform.writes() == before


def test_a_quota_with_room_for_one_pod_is_enough(rig: Rig) -> None:
    """Old pods count until they are gone, so every new one is refused for a while."""
    settled(rig, rig.platform.live(DOCUMENTS))
    with quota(rig, len(pods(rig)) + 1):
        over = done(rig, f"rollback {DOCUMENTS} --to-version v1.4.0", who="margaret")
    assert rig.platform.tag(DOCUMENTS) == "v1.4.0"
    assert over["plan"]["legs"][0]["mechanism"] == "template restore"


def test_a_quota_that_fills_up_in_the_middle_is_for_a_person(rig: Rig) -> None:
    """The old pods stay up and serve; nobody can tell when there is room again."""
    live = rig.platform.live(DOCUMENTS)
    settled(rig, live)
    serving = ready(rig, live)
    planned = rig.ask(f"rollback {DOCUMENTS} --to-version v1.4.2", who="ada")
    rig.platform.cluster.api.faults.at(
        Moment.SEEN, "PATCH", f"/deployments/{live}$", lambda: set_quota(rig, len(pods(rig))),
        query=FOR_REAL,
    )  # fmt: skip
    over = run(rig, planned)
    lift_quota(rig)

    assert over["state"] == "stuck"
    assert "exceeded quota" in over["said"]
    assert f"3: {over['id']} is stuck: {over['said']}" in calls(rig)
    assert ready(rig, live) >= serving
    closed = rig.command(f"operation close {over['id']} there is room now")
    assert closed["status"] == 0, closed["text"]
    settled(rig, live)


def _emptied(rig: Rig) -> str:
    """The idle colour of GRAPHQL has no pods, and no autoscaler that would mind."""
    idle = next(
        one for color in ("blue", "green")
        if (one := f"{GRAPHQL}-{color}") != rig.platform.live(GRAPHQL)
    )  # fmt: skip
    store = rig.platform.cluster.store
    with store.lock:
        if any(one["metadata"]["name"] == idle for one in store.list(HPA, PRODUCTION)):
            store.delete(HPA, PRODUCTION, idle)
    change(rig, DEPLOYMENT, idle, replicas=0)
    until(lambda: not rig.platform.deployment(idle)["status"].get("replicas"), f"{idle} is empty")
    return idle


def _version(rig: Rig, deployment: str) -> str:
    labels = rig.platform.deployment(deployment)["spec"]["template"]["metadata"]["labels"]
    return str(labels[VERSION])
