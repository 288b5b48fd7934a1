"""The platform does what its cluster does: traffic, health, connections."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sandbox.kubernetes.controllers.fate import Fate
from sandbox.kubernetes.kinds import DESTINATIONRULE, POD, SERVICE, VIRTUALSERVICE
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.seed.mesh import destination_rule, virtual_service
from sandbox.kubernetes.seed.part import GRAPHQL
from sandbox.kubernetes.seed.planting import plant
from sandbox.platform import main
from tests.sandbox.platform.cluster_scene import NAMESPACE, Scene, beside_a_cluster, until


@pytest.fixture
def scene() -> Iterator[Scene]:
    with beside_a_cluster() as found:
        yield found


def test_traffic_goes_where_the_service_points(scene: Scene):
    assert scene.get("graphql-api").headers["x-candlefish-version"] == "v1.4.2"
    scene.select("graphql-api", "green")
    until(lambda: scene.live("graphql-api") == ("green", "v1.4.1"))
    answer = scene.get("graphql-api")
    assert answer.headers["x-candlefish-version"] == "v1.4.1"
    assert answer.text.startswith("graphql-api green")
    counted = 'http_requests_total{code="200",color="green",service="graphql-api"}'
    assert counted in scene.get("graphql-api", "/metrics").text


def test_a_selector_that_matches_nothing_is_an_outage(scene: Scene):
    scene.select("document-service", "purple")
    until(lambda: scene.live("document-service") is None)
    answer = scene.get("document-service")
    assert answer.status_code == 503
    assert "x-candlefish-version" not in answer.headers
    assert scene.get("document-service", "/healthz").status_code == 503
    scene.select("document-service", "blue")
    until(lambda: scene.get("document-service").status_code == 200)


def test_a_colour_without_ready_pods_gets_no_traffic(scene: Scene):
    scene.cluster.controllers.fates.for_deployment(NAMESPACE, "graphql-api-blue", Fate.CRASH)
    until(lambda: scene.get("graphql-api").status_code == 503)


def test_what_is_not_in_the_cluster_goes_on_by_itself(scene: Scene):
    assert scene.live("docs-site") == ("", "v1.4.2")
    assert scene.get("docs-site").status_code == 200


def test_health_is_the_tags_and_a_switch_to_another_mends(scene: Scene):
    scene.pipeline.ship("graphql-api", "v1.4.3-bad")
    until(lambda: scene.live("graphql-api") == ("green", "v1.4.3-bad"))
    codes = {scene.get("graphql-api").status_code for _ in range(20)}
    assert codes == {200, 500}

    scene.select("graphql-api", "blue")
    until(lambda: scene.live("graphql-api") == ("blue", "v1.4.2"))
    assert {scene.get("graphql-api").status_code for _ in range(10)} == {200}


def test_connections_stay_with_their_pods_until_those_are_evicted(scene: Scene):
    assert scene.connections() == {"blue": 400, "green": 0}
    scene.select("websocket-service", "green")
    until(lambda: scene.live("websocket-service") == ("green", "v1.4.1"))
    assert scene.connections() == {"blue": 400, "green": 0}

    labels = {"app": "websocket-service", "color": "blue"}
    first, *others = scene.cluster.store.list(POD, NAMESPACE, labels=labels)
    evict(scene, first)
    until(lambda: scene.connections()["blue"] < 400)
    until(lambda: sum(scene.connections().values()) == 400)
    assert 0 < scene.connections()["green"] < 400
    # The pod in its place gets nobody: new connections go to the live colour.
    for pod in others:
        until(lambda pod=pod: evict(scene, pod).status_code != 429)
    until(lambda: scene.connections() == {"blue": 0, "green": 400})


def evict(scene: Scene, pod: Object) -> httpx.Response:
    metadata = {"name": pod["metadata"]["name"], "namespace": NAMESPACE}
    return httpx.post(
        f"{scene.cluster.api.url}/api/v1/namespaces/{NAMESPACE}/pods/{metadata['name']}/eviction",
        headers={"authorization": f"Bearer {scene.cluster.api.admin_token}"},
        content=json.dumps({"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}),
        trust_env=False,
    )


def test_it_follows_again_after_the_connection_was_cut(scene: Scene):
    scene.cluster.api.cut_watches()
    scene.select("graphql-api", "green")
    until(lambda: scene.live("graphql-api") == ("green", "v1.4.1"))


def test_the_mesh_splits_traffic_and_an_undefined_subset_fails(scene: Scene):
    store = scene.cluster.store
    with store.lock:
        service = store.get(SERVICE, NAMESPACE, "graphql-api")
        del service["spec"]["selector"]["color"]
        store.update(SERVICE, service)
    plant(store, DESTINATIONRULE, destination_rule(GRAPHQL, NAMESPACE))
    plant(store, VIRTUALSERVICE, virtual_service(GRAPHQL, NAMESPACE, {"green": 100}))
    until(lambda: shares(scene) == {"green": 1.0})
    assert scene.get("graphql-api").headers["x-candlefish-version"] == "v1.4.1"
    split(scene, {"blue": 90, "green": 10})
    until(lambda: shares(scene) == {"blue": 0.9, "green": 0.1})
    split(scene, {"purple": 100})
    until(lambda: shares(scene) == {})
    assert scene.get("graphql-api").status_code == 503


def split(scene: Scene, weights: dict[str, int]) -> None:
    with scene.cluster.store.lock:
        found = scene.cluster.store.get(VIRTUALSERVICE, NAMESPACE, "graphql-api")
        found["spec"] = virtual_service(GRAPHQL, NAMESPACE, weights)["spec"]
        scene.cluster.store.update(VIRTUALSERVICE, found)


def shares(scene: Scene) -> dict[str, float]:
    """What each colour gets of the traffic."""
    found: dict[str, float] = {}
    for place in scene.platform.platform.releases.places("graphql-api"):
        color = place.release.color
        found[color] = found.get(color, 0.0) + place.share
    return {color: round(share, 3) for color, share in found.items() if share}


def test_a_platform_that_finds_no_cluster_says_which_file_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main.main(["--port", "0", "--kubeconfig", str(tmp_path / "none")]) == 1
    assert "python -m sandbox kubernetes --kubeconfig FILE" in capsys.readouterr().out
