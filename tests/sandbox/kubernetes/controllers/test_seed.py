"""The platform as it stands when the sandbox opens, and the component with a bad history."""

from decimal import Decimal

import pytest

from bot.domain.operations.reach import schema
from sandbox.kubernetes.controllers.quantity import amount
from sandbox.kubernetes.controllers.revision import revision_of
from sandbox.kubernetes.kinds import (
    DEPLOYMENT,
    DESTINATIONRULE,
    HPA,
    QUOTA,
    SERVICE,
    VIRTUALSERVICE,
)
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.seed import Release, seed, single
from sandbox.kubernetes.seed.mesh import seed_mesh
from sandbox.kubernetes.seed.part import GRAPHQL
from sandbox.kubernetes.seed.part import PARTS as SEEDED
from sandbox.registry.digest import digest
from tests.flows.operations.office import SHIPPED
from tests.sandbox.kubernetes.controllers.cluster import NAMESPACE, Cluster

PARTS = ("graphql-api", "websocket-service", "document-service")
LIMITED = ("limits.cpu", "requests.cpu", "limits.memory", "requests.memory")


@pytest.fixture
def platform(cluster: Cluster) -> Cluster:
    seed(cluster.store, cluster.controllers.load, registry="registry.test:5000")
    return cluster


def all_done(cluster: Cluster) -> bool:
    names = [one["metadata"]["name"] for one in cluster.store.list(DEPLOYMENT, NAMESPACE)]
    return len(names) == 6 and all(cluster.done(name) for name in names)


def test_a_schema_is_declared_only_where_the_shipped_ops_data_can_ask_which_is_live():
    """Else no rollback of it, nor of everything, gets past P4 in the demo."""
    asked = {
        name
        for name in PARTS
        if schema(SHIPPED.components[name], SHIPPED, SHIPPED.default_environment)
    }
    assert {one.name for one in SEEDED if one.schema} == asked == {PARTS[0], PARTS[2]}


def test_live_runs_at_its_load_and_idle_at_its_least(platform: Cluster):
    platform.until(lambda: all_done(platform))
    sizes = {
        one["metadata"]["name"]: one["spec"]["replicas"]
        for one in platform.store.list(DEPLOYMENT, NAMESPACE)
    }
    assert sizes == {
        "document-service-blue": 4,
        "document-service-green": 2,
        "graphql-api-blue": 6,
        "graphql-api-green": 3,
        "websocket-service-blue": 5,
        "websocket-service-green": 3,
    }
    for name in PARTS:
        blue = platform.deployment(f"{name}-blue")
        platform.until(lambda name=name: len(ready(platform, name)) == sizes[f"{name}-blue"])
        assert platform.store.get(SERVICE, NAMESPACE, name)["spec"]["selector"] == {
            "app": name,
            "color": "blue",
        }
        image = blue["spec"]["template"]["spec"]["containers"][0]["image"]
        assert image == (
            f"registry.test:5000/candlefish/{name}:v1.4.2@{digest(f'candlefish/{name}', 'v1.4.2')}"
        )


def ready(cluster: Cluster, service: str) -> list[Object]:
    return [one for one in cluster.endpoints(service) if one["conditions"]["ready"]]


def test_the_quota_has_room_for_both_colours_at_their_most(platform: Cluster):
    needed = dict.fromkeys(LIMITED, Decimal(0))
    for hpa in platform.store.list(HPA, NAMESPACE):
        template = platform.deployment(hpa["metadata"]["name"])["spec"]["template"]
        (container,) = template["spec"]["containers"]
        for name in needed:
            part, _, resource = name.partition(".")
            each = amount(container["resources"][part][resource])
            needed[name] += each * hpa["spec"]["maxReplicas"]
    assert needed == {
        "limits.cpu": 54,
        "requests.cpu": Decimal("12.6"),
        "limits.memory": amount("54Gi"),
        "requests.memory": amount("27Gi"),
    }
    hard = platform.store.get(QUOTA, NAMESPACE, "compute")["spec"]["hard"]
    assert all(amount(hard[name]) >= value for name, value in needed.items())


def test_each_colour_has_a_release_behind_it(platform: Cluster):
    tags = {
        revision_of(one): one["metadata"]["labels"]["app.kubernetes.io/version"]
        for one in platform.replicasets("graphql-api")
        if one["metadata"]["labels"]["color"] == "blue"
    }
    assert tags == {1: "v1.4.0", 2: "v1.4.2"}
    platform.until(lambda: all_done(platform))
    assert platform.deployment("graphql-api-blue")["metadata"]["generation"] == 1


def test_a_component_with_two_bad_releases_in_a_row(cluster: Cluster):
    planted = single(cluster.store, "app")
    cluster.until(cluster.done)
    assert sorted(cluster.revisions()) == [1, 2, 3, 4]
    owners = {one["metadata"]["ownerReferences"][0]["uid"] for one in cluster.replicasets()}
    assert owners == {planted["metadata"]["uid"]}
    versions = {pod["metadata"]["labels"]["app.kubernetes.io/version"] for pod in cluster.pods()}
    assert versions == {"v1.4.1-bad"}
    assert len(cluster.pods()) == 3

    before = cluster.revisions()[2]["metadata"]["uid"]
    cluster.roll_back(2)
    cluster.until(cluster.done)
    assert cluster.revisions()[5]["metadata"]["uid"] == before


def test_a_component_may_be_odd_in_any_way(cluster: Cluster):
    releases = [Release(tag="v1", days_ago=3), Release(tag="v2", days_ago=1)]
    single(cluster.store, "app", releases, replicas=1, paused=True, revisionHistoryLimit=1)
    cluster.until(lambda: cluster.condition("Progressing") == ("Unknown", "DeploymentPaused"))
    cluster.until(lambda: cluster.status().get("availableReplicas") == 1)
    first, second = (cluster.revisions()[number] for number in (1, 2))
    created = [one["metadata"]["creationTimestamp"] for one in (first, second)]
    assert created == sorted(created)
    assert created[0][:10] < created[1][:10]


def test_a_meshed_part_has_both_colours_behind_one_service(cluster: Cluster):
    seed_mesh(cluster.store, cluster.controllers.load, GRAPHQL)
    cluster.until(lambda: cluster.done("graphql-api-blue") and cluster.done("graphql-api-green"))
    cluster.until(lambda: len(ready(cluster, "graphql-api")) == 9)
    (mesh,) = cluster.store.list(VIRTUALSERVICE, NAMESPACE)
    weights = {
        one["destination"]["subset"]: one["weight"] for one in mesh["spec"]["http"][0]["route"]
    }
    assert weights == {"blue": 100, "green": 0}
    (rule,) = cluster.store.list(DESTINATIONRULE, NAMESPACE)
    assert {one["name"]: one["labels"] for one in rule["spec"]["subsets"]} == {
        "blue": {"color": "blue"},
        "green": {"color": "green"},
    }
