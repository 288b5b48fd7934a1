"""The platform does what its cluster does: traffic, health, connections, shipped releases."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from sandbox.kubernetes.controllers.fate import Fate
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.kinds import (
    DEPLOYMENT,
    DESTINATIONRULE,
    POD,
    SERVICE,
    VIRTUALSERVICE,
)
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.seed import Cluster, Release, platform_cluster, single
from sandbox.kubernetes.seed.mesh import destination_rule, virtual_service
from sandbox.kubernetes.seed.part import GRAPHQL
from sandbox.kubernetes.seed.planting import plant
from sandbox.platform import cluster_releases, main, pipeline, ship
from sandbox.platform.cluster_api import ClusterAddress, ClusterClient
from sandbox.platform.pipeline import NotShipped, Pipeline
from sandbox.platform.server import PlatformTwin, platform_twin

NAMESPACE = "production"
FREEZE = "candlefish.ai/deploy-freeze"


@dataclass(frozen=True, kw_only=True)
class Scene:
    cluster: Cluster
    platform: PlatformTwin
    pipeline: Pipeline
    client: ClusterClient

    def get(self, component: str, path: str = "/") -> httpx.Response:
        return httpx.get(f"{self.platform.addresses[component]}{path}", timeout=10, trust_env=False)

    def order(self, component: str, **words: str) -> httpx.Response:
        url = f"{self.platform.url}/components/{component}"
        return httpx.post(url, json=words, trust_env=False)

    def select(self, component: str, color: str) -> None:
        with self.cluster.store.lock:
            service = self.cluster.store.get(SERVICE, NAMESPACE, component)
            service["spec"]["selector"]["color"] = color
            self.cluster.store.update(SERVICE, service)

    def deployment(self, name: str) -> Object:
        return self.cluster.store.get(DEPLOYMENT, NAMESPACE, name)

    def live(self, component: str) -> tuple[str, str] | None:
        live = self.platform.platform.live(component)
        return (live.color, live.tag) if live else None

    def connections(self) -> dict[str, float]:
        lines = self.get("websocket-service", "/metrics").text.splitlines()
        rows = [line for line in lines if line.startswith("ws_connections{")]
        return {
            row.partition('color="')[2].partition('"')[0]: float(row.split()[-1]) for row in rows
        }


def until(wanted: Callable[[], bool], *, within: float = 20.0) -> None:
    deadline = time.monotonic() + within
    while not wanted():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def scene() -> Iterator[Scene]:
    with platform_cluster(pace=Pace(second=0.05)) as cluster:
        token = cluster.api.token(
            "pipeline", [*pipeline.RULES, *cluster_releases.RULES], namespace=NAMESPACE
        )
        address = ClusterAddress(url=cluster.api.url, token=token, namespace=NAMESPACE)
        client = ClusterClient(address)
        with platform_twin(cluster=address, reconnect_within=0.5) as platform:
            yield Scene(
                cluster=cluster,
                platform=platform,
                pipeline=Pipeline(client, patience=20.0),
                client=client,
            )
        client.close()


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


def test_the_pipeline_ships_to_the_idle_colour_at_the_live_size(scene: Scene):
    shipped = scene.pipeline.ship("graphql-api", "v1.5.0")
    assert (shipped.color, shipped.tag) == ("green", "v1.5.0")
    green = scene.deployment("graphql-api-green")
    assert green["spec"]["replicas"] == 6
    template = green["spec"]["template"]
    assert template["metadata"]["labels"]["app.kubernetes.io/version"] == "v1.5.0"
    assert "/candlefish/graphql-api:v1.5.0@sha256:" in template["spec"]["containers"][0]["image"]
    assert template["spec"]["containers"][0]["envFrom"]
    service = scene.cluster.store.get(SERVICE, NAMESPACE, "graphql-api")
    assert service["spec"]["selector"] == {"app": "graphql-api", "color": "green"}
    assert scene.pipeline.ship("graphql-api", "v1.5.1").color == "blue"


def test_nothing_is_shipped_while_deploys_are_frozen(scene: Scene):
    with scene.cluster.store.lock:
        blue = scene.deployment("graphql-api-blue")
        blue["metadata"]["annotations"][FREEZE] = "OP-7"
        scene.cluster.store.update(DEPLOYMENT, blue)
    before = scene.deployment("graphql-api-green")["spec"]
    with pytest.raises(NotShipped, match="graphql-api-blue is frozen by OP-7"):
        scene.pipeline.ship("graphql-api", "v1.5.0")
    assert scene.deployment("graphql-api-green")["spec"] == before


def test_a_release_that_does_not_come_up_gets_no_traffic(scene: Scene):
    with pytest.raises(NotShipped, match="did not become ready on graphql-api-green"):
        Pipeline(scene.client, patience=0.3).ship("graphql-api", "v1.5.0-crash")
    assert scene.live("graphql-api") == ("blue", "v1.4.2")


def test_a_bad_release_is_shipped_by_button_and_the_page_says_how_it_went(scene: Scene):
    page = httpx.get(scene.platform.url, trust_env=False).text
    assert "Ship a bad release of graphql-api" in page
    assert "Ship a bad release of docs-site" not in page
    url = f"{scene.platform.url}/components/graphql-api"
    pressed = httpx.post(url, data={"ship": "failing"}, trust_env=False)
    assert pressed.status_code == 303
    until(lambda: scene.live("graphql-api") == ("green", "v1.4.3-bad"))
    until(lambda: "shipped v1.4.3-bad on green" in httpx.get(scene.platform.url).text)
    refused = scene.order("docs-site", ship="failing")
    assert refused.status_code == 422
    assert "no cluster runs it" in refused.json()["error"]


def test_it_follows_again_after_the_connection_was_cut(scene: Scene):
    scene.cluster.api.cut_watches()
    scene.select("graphql-api", "green")
    until(lambda: scene.live("graphql-api") == ("green", "v1.4.1"))


def test_a_cluster_that_is_asked_without_the_right_says_so(scene: Scene):
    nobody = scene.cluster.api.token("nobody", [], namespace=NAMESPACE)
    client = ClusterClient(
        ClusterAddress(url=scene.cluster.api.url, token=nobody, namespace=NAMESPACE)
    )
    with pytest.raises(NotShipped, match='services "graphql-api" is forbidden'):
        Pipeline(client).ship("graphql-api", "v1.5.0")
    client.close()


def test_a_component_of_one_deployment_is_shipped_in_place(scene: Scene):
    single(scene.cluster.store, "one", [Release(tag="v1.0.0")], replicas=2)
    shipped = scene.pipeline.ship("one", "v1.1.0")
    assert (shipped.color, shipped.tag) == ("", "v1.1.0")
    image = scene.deployment("one")["spec"]["template"]["spec"]["containers"][0]["image"]
    assert "/candlefish/one:v1.1.0@sha256:" in image
    assert scene.deployment("one")["status"]["availableReplicas"] == 2


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


def test_a_release_is_shipped_from_the_terminal(
    scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "config"
    file.write_text(scene.cluster.api.kubeconfig())
    assert ship.main(["document-service", "v1.5.0", "--kubeconfig", str(file)]) == 0
    assert "document-service v1.5.0 is there on green" in capsys.readouterr().out
    until(lambda: scene.live("document-service") == ("green", "v1.5.0"))
    assert ship.main(["unknown", "v1.5.0", "--kubeconfig", str(file)]) == 1
    assert 'services "unknown" not found' in capsys.readouterr().out
    file.write_text("clusters: []")
    assert ship.main(["graphql-api", "v1.5.0", "--kubeconfig", str(file)]) == 1
    assert "leads to no cluster" in capsys.readouterr().out


def test_the_platform_ends_though_a_release_is_under_way(scene: Scene):
    scene.cluster.controllers.fates.for_image("v1.4.3", Fate.STUCK)
    address = ClusterAddress(
        url=scene.cluster.api.url, token=scene.cluster.api.admin_token, namespace=NAMESPACE
    )
    with platform_twin(cluster=address) as another:
        url = f"{another.url}/components/graphql-api"
        shown = httpx.post(url, json={"ship": "good"}, trust_env=False).json()
        assert shown["delivery"] == "shipping v1.4.3 …"
        twice = httpx.post(url, json={"ship": "good"}, trust_env=False)
        assert (twice.status_code, "under way" in twice.json()["error"]) == (422, True)
        mine = threading.enumerate()
    left = [one for one in mine if one.name == "platform" and one.is_alive()]
    # The scene's own is one of them.
    assert len(left) == 1


def test_a_platform_that_finds_no_cluster_says_which_file_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main.main(["--port", "0", "--kubeconfig", str(tmp_path / "none")]) == 1
    assert "python -m sandbox kubernetes --kubeconfig FILE" in capsys.readouterr().out
