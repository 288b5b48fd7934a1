"""The ledger beside the watch: what came and went between two polls is in it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.flows.loop import Loop
from bot.flows.releases.deployments import DeploymentWatch
from sandbox.kubernetes.kinds import DEPLOYMENT
from tests.databases import SqliteMaker
from tests.flows.releases.ledger_stage import API, NAMESPACE, Stage, minutes, staged

SOON = 20
GREEN = f"{API}-green"


@pytest.fixture
def stage(sqlite_maker: SqliteMaker, tmp_path: Path) -> Iterator[Stage]:
    with staged(sqlite_maker, tmp_path) as one:
        yield one


@pytest.fixture
def watched(stage: Stage) -> Iterator[Stage]:
    """The ledger's loop and its watch, while the clock stands still: no poll is due."""
    stage.look()
    loop = Loop(name="ledger", turn=stage.loop.turn)

    def touched(namespace: str, deployment: str) -> None:
        stage.loop.touched(namespace, deployment)
        loop.wake()

    assert stage.world.cluster is not None
    watch = DeploymentWatch(stage.world.cluster, stage.loop.deployments, touched)
    loop.start()
    watch.turn()
    until(lambda: stage.cluster.api.open_watches > 0)
    yield stage
    loop.stop()
    watch.stop()
    assert loop.failures == 0


def until(wanted: Callable[[], bool]) -> None:
    ends = time.monotonic() + SOON
    while not wanted():
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.01)


def forgets_at_once(stage: Stage) -> None:
    store = stage.cluster.store
    with store.lock:
        found = store.get(DEPLOYMENT, NAMESPACE, GREEN)
        found["spec"]["revisionHistoryLimit"] = 0
        store.update(DEPLOYMENT, found)


def versions(stage: Stage) -> set[str]:
    return {row.version for row in stage.rows() if row.workload == GREEN}


def history(stage: Stage) -> set[str]:
    """The versions whose ReplicaSets the cluster still has."""
    assert stage.world.cluster is not None
    found = stage.world.cluster.deployment(NAMESPACE, GREEN)
    return {
        one.template["metadata"]["labels"]["app.kubernetes.io/version"]
        for one in stage.world.cluster.replica_sets(found)
    }


def test_a_release_that_the_cluster_forgets_within_seconds_is_in_the_ledger(
    watched: Stage,
) -> None:
    forgets_at_once(watched)
    watched.ship("green", "v1.5.0")
    until(lambda: "v1.5.0" in versions(watched))
    watched.ship("green", "v1.5.1")
    until(lambda: history(watched) == {"v1.5.1"})
    until(lambda: "v1.5.1" in versions(watched))

    (short,) = [row for row in watched.rows() if row.version == "v1.5.0"]
    assert short.template is not None
    assert watched.loop.problem is None


def test_without_the_watch_it_would_not_be(stage: Stage) -> None:
    stage.look()
    forgets_at_once(stage)
    stage.ship("green", "v1.5.0")
    stage.ship("green", "v1.5.1")
    until(lambda: history(stage) == {"v1.5.1"})
    stage.look(minutes(1))

    assert "v1.5.0" not in versions(stage)


def test_who_does_not_lead_watches_nothing(stage: Stage) -> None:
    stage.look()
    other = stage.another("two")
    other.turn()

    assert stage.loop.deployments() == {NAMESPACE: {f"{API}-blue", GREEN}}
    assert other.deployments() == {}
