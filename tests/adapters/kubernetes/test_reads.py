"""What the adapter reads of a cluster, and how it says that it could not."""

import pytest

from bot.adapters.kubernetes.cluster import KubernetesCluster
from bot.domain.cluster.workload import DestinationRule, Endpoint, Quota, Scaler, Scope
from bot.domain.errors import Refused
from bot.domain.operations.rights import Right
from bot.ports.cluster import Cluster
from sandbox.kubernetes.kinds import DEPLOYMENT, DESTINATIONRULE, HPA, QUOTA
from sandbox.kubernetes.twin import KubernetesTwin
from tests.adapters.kubernetes.scene import (
    KEY,
    LABELS,
    NAME,
    PLACE,
    Connect,
    held,
    of,
    plant_pod,
    plant_revision,
    plant_slice,
    template,
    to,
)


def version(port: Cluster) -> str:
    return port.check()


def test_it_is_what_the_port_asks_for(cluster: KubernetesCluster) -> None:
    assert version(cluster).startswith("v1.")


def test_a_deployment_as_it_stands(cluster: KubernetesCluster, twin: KubernetesTwin) -> None:
    found = cluster.deployment(PLACE, NAME)

    assert (found.namespace, found.name, found.replicas) == (PLACE, NAME, 3)
    assert found.generation == held(twin)["metadata"]["generation"]
    assert found.template == held(twin)["spec"]["template"]
    assert (found.current, found.updated, found.available, found.observed_generation) == (0,) * 4
    assert (found.max_surge, found.max_unavailable, found.history_limit) == ("25%", "25%", 10)


def test_history_is_what_it_owns_highest_first_and_as_a_person_wrote_it(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    plant_revision(twin, held(twin), 3, uid="another-deployment")
    plant_revision(twin, held(twin), 10)

    history = cluster.replica_sets(cluster.deployment(PLACE, NAME))

    assert [one.revision for one in history] == [10, 2, 1]
    assert history[1].template["metadata"] == {"labels": LABELS}
    assert history[1].template["spec"]["containers"][0]["image"] == "registry/api:v2"
    assert history[1].template_hash != history[2].template_hash


def test_a_field_newer_than_the_client_stays_in_the_template(connect: Connect) -> None:
    newer = {"V1PodSpec": ["nextYearsField"]}
    with KubernetesTwin(newer_fields=newer) as twin:
        spec = {
            "selector": {"matchLabels": LABELS},
            "template": template(nextYearsField={"deep": [1]}),
        }
        twin.store.create(DEPLOYMENT, {"metadata": of(NAME), "spec": spec})

        found = connect(twin.kubeconfig()).deployment(PLACE, NAME)

    assert found.template["spec"]["nextYearsField"] == {"deep": [1]}


def test_pods_are_those_with_all_the_labels(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    plant_pod(twin, "one")

    assert [pod.name for pod in cluster.pods(PLACE, LABELS)] == ["one"]
    assert cluster.pods(PLACE, LABELS | {"color": "green"}) == []


def test_service_route_and_scaler(cluster: KubernetesCluster) -> None:
    assert cluster.service(PLACE, NAME).selector == LABELS | {KEY: "blue"}
    assert cluster.route(PLACE, NAME).http == (to("blue"),)
    scaler = Scaler(namespace=PLACE, name=NAME, deployment=NAME, minimum=3, maximum=10, current=0)
    assert cluster.scaler(PLACE, NAME) == scaler
    assert cluster.scaler(PLACE, "none") is None
    assert cluster.scalers(PLACE) == [scaler]


def test_what_scales_something_else_has_no_deployment(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    target = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": NAME}
    spec = {"maxReplicas": 4, "scaleTargetRef": target}
    twin.store.create(HPA, {"metadata": of("another"), "spec": spec})

    assert {one.name: one.deployment for one in cluster.scalers(PLACE)} == {
        NAME: NAME, "another": "",
    }  # fmt: skip


def test_destination_rules_are_all_of_the_namespace(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    assert cluster.destination_rules(PLACE) == []
    subsets = [{"name": "blue", "labels": LABELS}, {"name": "green"}]
    spec = {"host": NAME, "subsets": subsets}
    twin.store.create(DESTINATIONRULE, {"metadata": of("colours"), "spec": spec})
    twin.store.create(DESTINATIONRULE, {"metadata": of("tls"), "spec": {"host": "*.local"}})

    assert cluster.destination_rules(PLACE) == [
        DestinationRule(namespace=PLACE, name="colours", host=NAME, subsets=("blue", "green")),
        DestinationRule(namespace=PLACE, name="tls", host="*.local", subsets=()),
    ]


def test_endpoints_name_each_pod_once_over_both_families(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    one = {"targetRef": {"kind": "Pod", "name": "one"}, "addresses": ["10.0.0.1"]}
    two = {"targetRef": {"kind": "Pod", "name": "two"}, "addresses": ["10.0.0.2"]}
    unready = {"conditions": {"ready": False}}
    plant_slice(twin, "v4", [one | {"conditions": {"ready": True}}, two | unready])
    plant_slice(twin, "v6", [one, two | unready])

    assert cluster.endpoints(PLACE, NAME) == (
        Endpoint(pod="one", ready=True),
        Endpoint(pod="two", ready=False),
    )
    assert cluster.endpoints(PLACE, "other") == ()


def test_quotas_with_the_pods_that_they_count(
    cluster: KubernetesCluster, twin: KubernetesTwin
) -> None:
    hard = {"pods": "10"}
    twin.store.create(QUOTA, {"metadata": of("all"), "spec": {"hard": hard}})
    chosen = {"scopeName": "PriorityClass", "operator": "In", "values": ["high"]}
    narrow = {
        "hard": hard,
        "scopes": ["NotTerminating"],
        "scopeSelector": {"matchExpressions": [chosen]},
    }
    twin.store.create(QUOTA, {"metadata": of("narrow"), "spec": narrow})

    assert cluster.quotas(PLACE) == (
        Quota(name="all", hard=hard, used={}),
        Quota(
            name="narrow",
            hard=hard,
            used={},
            scopes=(
                Scope(name="NotTerminating"),
                Scope(name="PriorityClass", operator="In", values=("high",)),
            ),
        ),
    )


def test_what_is_not_there_is_refused_in_words(cluster: KubernetesCluster) -> None:
    with pytest.raises(Refused, match="There is no Deployment nope in production") as refused:
        cluster.deployment(PLACE, "nope")
    assert "components.yaml" in refused.value.next_move
    with pytest.raises(Refused, match="There is no VirtualService nope"):
        cluster.route(PLACE, "nope")


def test_what_is_not_ours_to_see_names_user_verb_and_next_move(
    twin: KubernetesTwin, connect: Connect
) -> None:
    nobody = connect(twin.kubeconfig(token=twin.token("nobody", [])))

    with pytest.raises(Refused, match='User "nobody" cannot list resource "pods"') as refused:
        nobody.pods(PLACE, LABELS)
    assert "candlefish doctor" in refused.value.next_move
    with pytest.raises(Refused, match='cannot get resource "deployments"'):
        nobody.deployment(PLACE, NAME)
    with pytest.raises(Refused, match="horizontalpodautoscalers"):
        nobody.scaler(PLACE, NAME)
    with pytest.raises(Refused, match="horizontalpodautoscalers in production cannot be listed"):
        nobody.scalers(PLACE)


def test_it_asks_what_it_may(twin: KubernetesTwin, connect: Connect) -> None:
    rules = [
        {
            "apiGroups": ["apps"],
            "resources": ["deployments"],
            "resourceNames": [NAME],
            "verbs": ["patch"],
        }
    ]
    bot = connect(twin.kubeconfig(token=twin.token("bot", rules, namespace=PLACE)))

    def right(name: str = NAME, subresource: str = "", namespace: str = PLACE) -> Right:
        return Right(
            verb="patch",
            group="apps",
            resource="deployments",
            namespace=namespace,
            name=name,
            subresource=subresource,
        )

    assert bot.may(right())
    assert not bot.may(right(name="other"))
    assert not bot.may(right(subresource="scale"))
    assert not bot.may(right(namespace="staging"))
