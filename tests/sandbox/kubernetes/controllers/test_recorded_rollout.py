"""A rollout of this cluster goes through what a real one's watch recorded, in that order."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.objects import Object
from tests.sandbox.kubernetes.controllers.cluster import Cluster

COUNTS = (
    "replicas",
    "updatedReplicas",
    "readyReplicas",
    "availableReplicas",
    "unavailableReplicas",
    "terminatingReplicas",
)
Sight = tuple[object, ...]


def sight(deployment: Object, *, before: int) -> Sight:
    """What a watcher sees, with generations counted from the one `before`."""
    metadata, status = deployment["metadata"], deployment["status"]
    said = {one["type"]: one["reason"] for one in status["conditions"]}
    return (
        metadata["generation"] - before,
        status["observedGeneration"] - before,
        *(status.get(field, 0) for field in COUNTS),
        said["Available"],
        said["Progressing"],
        tuple(field for field in (*COUNTS, "conditions") if field in status),
    )


def recorded(file: Path) -> Iterator[Object]:
    for line in file.read_text().splitlines():
        event = json.loads(line) if line.startswith("{") else {}
        if event.get("type") in {"ADDED", "MODIFIED"}:
            yield event["object"]


def in_order(wanted: Iterable[Sight], seen: Iterable[Sight]) -> list[Sight]:
    """Those that are wanted and do not come."""
    left = iter(seen)
    return [one for one in wanted if one not in left]


def test_a_rollout_shows_what_the_recorded_one_showed(
    contracts: Path, cluster: Cluster, pace: Pace
):
    # As on the real cluster, an old pod has long gone when the next one is ready.
    pace.ready_after, pace.stop_after, pace.second = 2.0, 0.05, 1.0
    cluster.deploy()
    cluster.until(cluster.done)
    cluster.until(lambda: cluster.status()["terminatingReplicas"] == 0)
    start, seen = cluster.deployment(), cluster.store.newest
    cluster.ship("app:v1.1.0")
    cluster.until(lambda: cluster.done() and cluster.status()["terminatingReplicas"] == 0)
    ours = [start] + [
        event.object
        for event in cluster.store.changes_after(seen)
        if event.kind.name == "Deployment"
    ]
    theirs = list(recorded(contracts / "kubernetes" / "watch-rollout.http"))

    before = start["metadata"]["generation"]
    real_before = theirs[0]["metadata"]["generation"]
    wanted = [sight(one, before=real_before) for one in theirs]
    got = [sight(one, before=before) for one in ours]
    assert len(wanted) > 10
    assert in_order(wanted, got) == []
