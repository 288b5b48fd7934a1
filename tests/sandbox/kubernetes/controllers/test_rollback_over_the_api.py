"""Rollback, switch, restart and scale by the official client, as the bot will do them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes import client
from kubernetes.client.exceptions import UnprocessableEntityException

from sandbox.kubernetes.controllers.manager import Controllers
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.seed import single
from sandbox.kubernetes.twin import KubernetesTwin
from tests.sandbox.kubernetes.controllers.cluster import NAMESPACE, Cluster

Json = dict[str, Any]


class Hands:
    """Raw JSON in and out: a model would drop what it does not know."""

    def __init__(self, twin: KubernetesTwin) -> None:
        configuration = client.Configuration(host=twin.url)
        configuration.api_key = {"BearerToken": f"Bearer {twin.admin_token}"}
        self.client = client.ApiClient(configuration)
        self.apps = client.AppsV1Api(self.client)
        self.core = client.CoreV1Api(self.client)

    def deployment(self) -> Json:
        return _read(self.apps.read_namespaced_deployment("app", NAMESPACE, **_RAW))

    def templates(self) -> dict[str, Json]:
        """By version, from the ReplicaSets, as a rollback needs them."""
        listed = _read(
            self.apps.list_namespaced_replica_set(NAMESPACE, label_selector="app=app", **_RAW)
        )
        found = {}
        for one in listed["items"]:
            template = one["spec"]["template"]
            del template["metadata"]["labels"]["pod-template-hash"]
            found[template["metadata"]["labels"]["app.kubernetes.io/version"]] = template
        return found

    def roll_back(self, template: Json, *, generation: int, dry_run: str | None = None) -> Json:
        patch = [
            {"op": "test", "path": "/metadata/generation", "value": generation},
            {"op": "replace", "path": "/spec/template", "value": template},
        ]
        how = {"dry_run": dry_run} if dry_run else {}
        return _read(self.apps.patch_namespaced_deployment("app", NAMESPACE, patch, **how, **_RAW))


_RAW: Json = {"_preload_content": False, "_request_timeout": 10}


def _read(response: Any) -> Json:
    found: Json = json.loads(response.data)
    return found


@pytest.fixture
def twin() -> Iterator[KubernetesTwin]:
    with KubernetesTwin() as running:
        yield running


@pytest.fixture
def cluster(twin: KubernetesTwin, pace: Pace) -> Iterator[Cluster]:
    with Controllers(twin.store, pace=pace) as controllers:
        cluster = Cluster(twin.store, controllers)
        single(twin.store, "app")
        cluster.until(cluster.done)
        yield cluster


@pytest.fixture
def hands(twin: KubernetesTwin, cluster: Cluster) -> Iterator[Hands]:
    hands = Hands(twin)
    yield hands
    hands.client.close()


def test_the_template_of_an_old_replicaset_brings_that_replicaset_back(
    hands: Hands, cluster: Cluster
):
    good = cluster.revisions()[2]["metadata"]["uid"]
    generation = hands.deployment()["metadata"]["generation"]
    patched = hands.roll_back(hands.templates()["v1.3.0"], generation=generation)
    assert patched["metadata"]["generation"] == generation + 1
    cluster.until(cluster.done)
    assert cluster.revisions()[5]["metadata"]["uid"] == good
    assert len(cluster.replicasets()) == 4
    cluster.until(lambda: versions(cluster) == {"v1.3.0"})


def versions(cluster: Cluster) -> set[str]:
    return {one["metadata"]["labels"]["app.kubernetes.io/version"] for one in cluster.pods()}


def test_the_template_that_it_has_changes_nothing(hands: Hands, cluster: Cluster):
    before = hands.deployment()
    generation = before["metadata"]["generation"]
    assert hands.roll_back(hands.templates()["v1.4.1-bad"], generation=generation) == before
    assert hands.deployment() == before


def test_a_generation_that_has_moved_stops_it(hands: Hands, cluster: Cluster):
    before = hands.deployment()
    with pytest.raises(UnprocessableEntityException) as refused:
        hands.roll_back(hands.templates()["v1.3.0"], generation=99)
    assert "the server rejected our request due to an error" in str(refused.value.body)
    assert hands.deployment() == before


def test_a_dry_run_starts_nothing(hands: Hands, cluster: Cluster):
    before = hands.deployment()
    generation = before["metadata"]["generation"]
    shown = hands.roll_back(hands.templates()["v1.3.0"], generation=generation, dry_run="All")
    assert shown["metadata"]["generation"] == generation + 1
    assert hands.deployment() == before
    assert sorted(cluster.revisions()) == [1, 2, 3, 4]


def test_a_restart_is_a_new_revision_of_the_same_image(hands: Hands, cluster: Cluster):
    before = {one["metadata"]["uid"] for one in cluster.pods()}
    note = {"kubectl.kubernetes.io/restartedAt": "2026-11-23T12:00:00Z"}
    patch = {"spec": {"template": {"metadata": {"annotations": note}}}}
    hands.apps.patch_namespaced_deployment("app", NAMESPACE, patch, **_RAW)
    cluster.until(cluster.done)
    assert sorted(cluster.revisions()) == [1, 2, 3, 4, 5]
    cluster.until(lambda: not before & {one["metadata"]["uid"] for one in cluster.pods()})
    images = {one["spec"]["containers"][0]["image"] for one in cluster.pods()}
    assert len(images) == 1
    assert "v1.4.1-bad" in images.pop()


def test_scale_is_a_door_of_its_own(hands: Hands, cluster: Cluster):
    hands.apps.patch_namespaced_deployment_scale(
        "app", NAMESPACE, {"spec": {"replicas": 5}}, **_RAW
    )
    cluster.until(lambda: cluster.done() and len(cluster.pods()) == 5)
    assert sorted(cluster.revisions()) == [1, 2, 3, 4]


def test_a_pod_that_is_deleted_or_evicted_is_replaced(hands: Hands, cluster: Cluster):
    first, second, third = sorted(one["metadata"]["name"] for one in cluster.pods())
    hands.core.delete_namespaced_pod(first, NAMESPACE, **_RAW)
    eviction = {"metadata": {"name": second, "namespace": NAMESPACE}}
    hands.core.create_namespaced_pod_eviction(second, NAMESPACE, eviction, **_RAW)

    def names() -> set[str]:
        return {one["metadata"]["name"] for one in cluster.pods()}

    cluster.until(
        lambda: cluster.done() and len(names()) == 3 and names() & {first, second} == set()
    )
    assert third in names()
