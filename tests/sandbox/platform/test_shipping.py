"""Releases are shipped to the platform's cluster: by pipeline, by button, from a terminal."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from sandbox.kubernetes.controllers.fate import Fate
from sandbox.kubernetes.kinds import DEPLOYMENT, SERVICE
from sandbox.kubernetes.seed import Release, single
from sandbox.kubernetes.seed.part import GRAPHQL
from sandbox.platform import ship
from sandbox.platform.cluster_api import ClusterAddress, ClusterClient
from sandbox.platform.pipeline import NotShipped, Pipeline
from sandbox.platform.server import platform_twin
from tests.sandbox.platform.cluster_scene import NAMESPACE, Scene, beside_a_cluster, until


@pytest.fixture
def scene() -> Iterator[Scene]:
    with beside_a_cluster() as found:
        yield found


FREEZE = "candlefish.ai/deploy-freeze"


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


def test_a_cluster_that_is_asked_without_the_right_says_so(scene: Scene):
    nobody = scene.cluster.api.token("nobody", [], namespace=NAMESPACE)
    client = ClusterClient(
        ClusterAddress(url=scene.cluster.api.url, token=nobody, namespace=NAMESPACE)
    )
    with pytest.raises(NotShipped, match='services "graphql-api" is forbidden'):
        Pipeline(client).ship("graphql-api", "v1.5.0")
    client.close()


def test_a_release_declares_a_schema_where_those_before_it_did(scene: Scene):
    undeclared = replace(GRAPHQL, schema=False)
    single(scene.cluster.store, "one", [Release(tag="v1.0.0")], like=undeclared)
    single(scene.cluster.store, "two", [Release(tag="v1.0.0")])

    for name in ("one", "two"):
        scene.pipeline.ship(name, "v1.1.0")

    declared = {
        name: "candlefish.ai/schema-min"
        in scene.deployment(name)["spec"]["template"]["metadata"]["annotations"]
        for name in ("one", "two")
    }
    assert declared == {"one": False, "two": True}


def test_a_component_of_one_deployment_is_shipped_in_place(scene: Scene):
    single(scene.cluster.store, "one", [Release(tag="v1.0.0")], replicas=2)
    shipped = scene.pipeline.ship("one", "v1.1.0")
    assert (shipped.color, shipped.tag) == ("", "v1.1.0")
    image = scene.deployment("one")["spec"]["template"]["spec"]["containers"][0]["image"]
    assert "/candlefish/one:v1.1.0@sha256:" in image
    assert scene.deployment("one")["status"]["availableReplicas"] == 2


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
