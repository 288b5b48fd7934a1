"""A drain that would not be let through says so before anybody approves it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.actions.drain import ACTION
from bot.adapters.kubernetes.cluster import KubernetesCluster
from bot.domain.errors import GiveUp
from bot.ports.world import World
from sandbox.kubernetes.kinds import DEPLOYMENT, PDB, POD
from sandbox.kubernetes.seed.platform import PRODUCTION
from tests.actions.rig import BLUE, Rig
from tests.actions.scene import until
from tests.actions.test_drain import ARGS, names

ALL_BUT_EVICT = (
    {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["*"]},
    {"apiGroups": [""], "resources": ["pods"], "verbs": ["*"]},
)


@contextmanager
def without_the_right(rig: Rig, folder: Path) -> Iterator[World]:
    token = rig.twin.token("bot", ALL_BUT_EVICT, namespace=PRODUCTION)
    (folder / "kubeconfig").write_text(rig.twin.kubeconfig(token=token), encoding="utf-8")
    with closing(KubernetesCluster.connect(str(folder / "kubeconfig"))) as cluster:
        yield replace(rig.world, cluster=cluster)


def test_it_evicts_one_pod_for_show(rig: Rig) -> None:
    before = names(rig)

    ACTION.rehearse(rig.world, ARGS)

    (evicted,) = rig.twin.journal.requests("POST")
    assert (evicted.query, evicted.status) == ("fieldManager=candlefish&dryRun=All", 201)
    assert rig.twin.effects() == []
    assert names(rig) == before


def test_a_missing_right_to_evict_is_told(rig: Rig, tmp_path: Path) -> None:
    with (
        without_the_right(rig, tmp_path) as world,
        pytest.raises(GiveUp, match='cannot create resource "pods/eviction"'),
    ):
        ACTION.rehearse(world, ARGS)


def test_a_missing_right_is_told_where_no_pod_is_left(rig: Rig, tmp_path: Path) -> None:
    rig.without_scalers()
    rig.change(DEPLOYMENT, BLUE, replicas=0)
    until(lambda: not [one for one in rig.twin.store.list(POD, PRODUCTION) if _is_blue(one)])

    ACTION.rehearse(rig.world, ARGS)
    with without_the_right(rig, tmp_path) as world, pytest.raises(GiveUp, match="pods/eviction"):
        ACTION.rehearse(world, ARGS)


def test_a_budget_that_is_spent_now_stops_nothing(rig: Rig) -> None:
    rig.change(PDB, BLUE, maxUnavailable=0)
    until(
        lambda: rig.twin.store.get(PDB, PRODUCTION, BLUE)["status"].get("disruptionsAllowed") == 0
    )

    ACTION.rehearse(rig.world, ARGS)

    assert [one.status for one in rig.twin.journal.requests("POST")] == [429]


def _is_blue(pod: dict[str, dict[str, str]]) -> bool:
    return pod["metadata"]["name"].startswith(BLUE)
