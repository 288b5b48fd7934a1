"""The bot's adapter on a cluster that has the admission policies of deploy/kubernetes."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.adapters.kubernetes.cluster import KubernetesCluster
from bot.domain.cluster.route_split import pointed
from bot.domain.cluster.workload import FREEZE, RESTARTED
from bot.domain.errors import GiveUp
from sandbox.kubernetes.kinds import POD, VIRTUALSERVICE
from sandbox.kubernetes.seed import platform_cluster
from sandbox.kubernetes.seed.mesh import virtual_service
from sandbox.kubernetes.seed.part import GRAPHQL
from sandbox.kubernetes.seed.planting import plant
from sandbox.kubernetes.twin import KubernetesTwin
from tests.deploy.bot_writes import BOT, LIVE, NAME, PLACE, POLICIES


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[KubernetesTwin, KubernetesCluster]]:
    """The bot's account on a cluster with all the policies; its rights are not the subject."""
    route = virtual_service(GRAPHQL, PLACE, {"blue": 100, "green": 0})
    with platform_cluster() as running:
        twin = running.api
        plant(twin.store, VIRTUALSERVICE, route)
        for policy in POLICIES.values():
            twin.policies.add(policy.name, policy.decide)
        (tmp_path / "kubeconfig").write_text(twin.kubeconfig(token=twin.token(BOT)))
        with closing(KubernetesCluster.connect(str(tmp_path / "kubeconfig"))) as cluster:
            yield twin, cluster


def pods(twin: KubernetesTwin) -> list[str]:
    names = [one["metadata"]["name"] for one in twin.store.list(POD, PLACE)]
    return [name for name in names if name.startswith(LIVE)]


def test_every_write_of_the_adapter_passes_on_a_cluster(
    guarded: tuple[KubernetesTwin, KubernetesCluster],
) -> None:
    twin, cluster = guarded
    live = cluster.deployment(PLACE, LIVE)
    route = cluster.route(PLACE, NAME)

    cluster.annotate(PLACE, LIVE, {FREEZE: "OP-1"})
    cluster.scale(PLACE, LIVE, 7)
    cluster.set_minimum(PLACE, LIVE, 4, {"candlefish.ai/minimum-before": "3"})
    cluster.select(cluster.service(PLACE, NAME), "color", "blue", "green")
    cluster.reroute(route, pointed(route.http, "blue", "green"))
    cluster.evict(PLACE, pods(twin)[0])
    live = cluster.deployment(PLACE, LIVE)
    cluster.annotate_template(PLACE, LIVE, {RESTARTED: "1"}, generation=live.generation)
    live = cluster.deployment(PLACE, LIVE)
    template = cluster.replica_sets(live)[-1].template
    cluster.patch_template(PLACE, LIVE, template, generation=live.generation)

    assert {each.status for each in twin.journal.requests("PATCH")} == {200}
    assert {each.status for each in twin.journal.requests("POST")} == {201}


def test_what_a_cluster_refuses_is_told_in_the_policys_words(
    guarded: tuple[KubernetesTwin, KubernetesCluster],
) -> None:
    _, cluster = guarded
    with pytest.raises(GiveUp, match="scales to between 1 and 20 pods"):
        cluster.scale(PLACE, LIVE, 0)
    with pytest.raises(GiveUp, match="evicts pods of the components that it operates"):
        cluster.evict(PLACE, "postgres-0")
