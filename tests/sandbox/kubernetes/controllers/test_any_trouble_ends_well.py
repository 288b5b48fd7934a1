"""Whatever is done to a Deployment, in whatever order: mended, it comes to what was asked."""

import contextlib
from collections.abc import Callable
from random import Random

import pytest

from sandbox.kubernetes.controllers.deletion import is_terminating, terminate
from sandbox.kubernetes.controllers.fate import Fate
from sandbox.kubernetes.controllers.revision import revision_of
from sandbox.kubernetes.kinds import POD, QUOTA
from sandbox.kubernetes.store import Exists, Missing
from tests.sandbox.kubernetes.controllers.cluster import NAMESPACE, Cluster

ENDS = ("", "-stuck", "-crash", "-nopull", "-pending")


class Trouble:
    def __init__(self, cluster: Cluster, chance: Random) -> None:
        self.cluster = cluster
        self.chance = chance
        self.releases = 0

    def acts(self) -> list[Callable[[], object]]:
        return [
            self.ship,
            self.roll_back,
            self.scale,
            self.pause,
            self.lose_a_pod,
            self.fill_quota,
            self.break_pods,
            self.strategy,
            lambda: None,
        ]

    def ship(self) -> None:
        self.releases += 1
        self.cluster.ship(f"app:v1.{self.releases}.0{self.chance.choice(ENDS)}")

    def roll_back(self) -> None:
        with self.cluster.store.lock:
            if revisions := self.cluster.revisions():
                self.cluster.roll_back(self.chance.choice(sorted(revisions)))

    def scale(self) -> None:
        self.cluster.change(replicas=self.chance.randint(0, 6))

    def pause(self) -> None:
        self.cluster.change(paused=self.chance.random() < 0.5)

    def lose_a_pod(self) -> None:
        with self.cluster.store.lock:
            if pods := self.cluster.pods():
                terminate(self.cluster.store, POD, self.chance.choice(pods))

    def fill_quota(self) -> None:
        hard = {"pods": str(self.chance.randint(0, 4))}
        metadata = {"name": "compute", "namespace": NAMESPACE}
        try:
            self.cluster.store.create(QUOTA, {"metadata": metadata, "spec": {"hard": hard}})
        except Exists:
            self.cluster.store.delete(QUOTA, NAMESPACE, "compute")

    def break_pods(self) -> None:
        fate = self.chance.choice(list(Fate))
        self.cluster.controllers.fates.for_deployment(NAMESPACE, "app", fate)

    def strategy(self) -> None:
        kind = self.chance.choice(["RollingUpdate", "Recreate"])
        self.cluster.change(strategy={"type": kind})

    def mend(self) -> int:
        """All well again; how many pods there are to be."""
        self.cluster.controllers.fates.clear()
        with contextlib.suppress(Missing):
            self.cluster.store.delete(QUOTA, NAMESPACE, "compute")
        self.cluster.change(paused=False)
        self.cluster.ship("app:v9.9.9")
        wanted: int = self.cluster.deployment()["spec"]["replicas"]
        return wanted


@pytest.mark.parametrize("seed", range(8))
def test_mended_it_comes_to_what_was_asked(cluster: Cluster, seed: int):
    chance = Random(seed)
    cluster.controllers.pace.second = 0.01
    cluster.deploy()
    cluster.serve()
    trouble = Trouble(cluster, chance)
    for _ in range(20):
        chance.choice(trouble.acts())()
        # Anything between no time at all and a few steps of the controllers.
        cluster.store.wait(cluster.store.newest + chance.choice((-1, 0, 5)), 0.05)

    wanted = trouble.mend()
    images = {"app:v9.9.9": wanted} if wanted else {}
    cluster.until(lambda: cluster.done() and cluster.images() == images)
    cluster.until(lambda: not any(is_terminating(pod) for pod in cluster.pods()))
    cluster.until(lambda: cluster.condition("ReplicaFailure") == ("", ""))
    uids = {pod["metadata"]["uid"] for pod in cluster.pods()}
    cluster.until(
        lambda: (
            {one["targetRef"]["uid"] for one in cluster.endpoints()} == uids
            and all(one["conditions"]["ready"] for one in cluster.endpoints())
        )
    )
    assert revision_of(cluster.deployment()) == max(cluster.revisions())
