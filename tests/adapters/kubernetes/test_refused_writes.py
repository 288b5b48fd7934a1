"""Writes that the cluster will not have: a budget, a missing object, a missing right."""

from typing import Any

import pytest

from bot.adapters.kubernetes.cluster import KubernetesCluster
from bot.domain.cluster.workload import RESTARTED
from bot.domain.errors import GiveUp
from bot.ports.trouble import Overtaken
from sandbox.kubernetes.kinds import DEPLOYMENT, PDB, POD
from sandbox.kubernetes.twin import KubernetesTwin
from sandbox.twin.faults import Moment
from tests.adapters.kubernetes.scene import (
    LABELS,
    NAME,
    PATH,
    PLACE,
    Connect,
    of,
    plant_pod,
    template,
)

OLD = template("registry/api:v0")


def test_evictions_respect_the_budget(cluster: KubernetesCluster, twin: KubernetesTwin) -> None:
    for name in ("one", "two"):
        plant_pod(twin, name)
    limits = {"minAvailable": 1, "selector": {"matchLabels": LABELS}}
    budget = twin.store.create(PDB, {"metadata": of("api"), "spec": limits})
    budget["status"] = {
        "observedGeneration": budget["metadata"]["generation"],
        "disruptionsAllowed": 1,
        "desiredHealthy": 1,
        "currentHealthy": 2,
        "expectedPods": 2,
    }
    twin.store.update_status(PDB, budget)

    cluster.evict(PLACE, "one")

    with pytest.raises(Overtaken, match="disruption budget"):
        cluster.evict(PLACE, "two")
    left = [each["metadata"] for each in twin.store.list(POD, PLACE)]
    assert [each["name"] for each in left if "deletionTimestamp" not in each] == ["two"]


def test_a_pod_that_is_gone_is_no_error(cluster: KubernetesCluster) -> None:
    cluster.evict(PLACE, "long-gone")


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("annotate", (PLACE, "nope", {"a": "1"})),
        ("scale", (PLACE, "nope", 3)),
        ("set_minimum", (PLACE, "nope", 3, {})),
    ],
)
def test_what_is_not_there_is_given_up(
    cluster: KubernetesCluster, verb: str, arguments: tuple[Any, ...]
) -> None:
    with pytest.raises(GiveUp, match='"nope" not found'):
        getattr(cluster, verb)(*arguments)


def test_a_restart_of_what_is_not_there_is_given_up(cluster: KubernetesCluster) -> None:
    with pytest.raises(GiveUp, match="There is no Deployment nope in production"):
        cluster.annotate_template(PLACE, "nope", {RESTARTED: "1"}, generation=1)


def test_what_went_away_under_a_failed_test_is_given_up(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    def goes() -> None:
        twin.store.delete(DEPLOYMENT, PLACE, NAME)

    twin.faults.at(Moment.APPLIED, "PATCH", PATH, goes)

    with pytest.raises(GiveUp, match="There is no Deployment api in production"):
        cluster.patch_template(PLACE, NAME, OLD, generation=99)


def test_what_is_not_allowed_is_given_up_in_words(twin: KubernetesTwin, connect: Connect) -> None:
    nobody = connect(twin.kubeconfig(token=twin.token("nobody", [])))

    with pytest.raises(GiveUp, match=r'User "nobody" cannot patch resource "deployments".*doctor'):
        nobody.patch_template(PLACE, NAME, OLD, generation=1)
    with pytest.raises(GiveUp, match='cannot create resource "pods/eviction"'):
        nobody.evict(PLACE, "one")
