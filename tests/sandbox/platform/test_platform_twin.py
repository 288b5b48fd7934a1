import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import httpx
import pytest
import yaml

from sandbox.platform.component import Kind, components
from sandbox.platform.health import Health, fill, outcome, sessions
from sandbox.platform.releases import OwnReleases, Place, Release
from sandbox.platform.server import PlatformTwin, platform_twin
from sandbox.platform.world import Platform

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlatformTwin]:
    targets = tmp_path_factory.mktemp("platform") / "sd" / "targets.json"
    with platform_twin(targets=targets, links={"Slack": "http://127.0.0.1:1/"}) as running:
        assert {group["labels"]["service"]: group for group in json.loads(targets.read_text())}[
            "docs-site"
        ] == {
            "targets": [running.addresses["docs-site"].removeprefix("http://")],
            "labels": {"service": "docs-site", "kind": "site"},
        }
        yield running


@pytest.fixture
def platform() -> Platform:
    parts = components()
    return Platform(parts, OwnReleases(parts), chance=Random(1))


def order(twin: PlatformTwin, name: str, **words: str) -> httpx.Response:
    return httpx.post(f"{twin.url}/components/{name}", json=words, trust_env=False)


def get(url: str) -> httpx.Response:
    return httpx.get(url, timeout=10, trust_env=False)


def until(wanted: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not wanted():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_plays_components_that_the_catalogue_knows():
    catalogue = yaml.safe_load((ROOT / "alert_routes/components.yaml").read_text())["components"]
    assert {one.name for one in components()} <= set(catalogue)


def test_health_belongs_to_the_tag_so_another_release_mends(platform: Platform):
    platform.set_health("graphql-api", "v1.4.2", Health.FAILING)
    assert platform.health("graphql-api") is Health.FAILING
    assert {platform.meet("graphql-api")[1].code for _ in range(50)} == {200, 500}
    releases = platform.releases
    assert isinstance(releases, OwnReleases)
    green = Release(tag="v1.4.1", color="green")
    releases.switch("graphql-api", "green")
    assert [platform.meet("graphql-api")[0] for _ in range(3)] == [green] * 3
    assert {platform.meet("graphql-api")[1].code for _ in range(50)} == {200}
    releases.switch("graphql-api", "blue")
    assert platform.health("graphql-api") is Health.FAILING


def test_nothing_ready_answers_503():
    class Nobody(OwnReleases):
        def places(self, component: str) -> tuple[Place, ...]:
            return tuple(replace(one, share=0.0) for one in super().places(component))

    parts = components()
    platform = Platform(parts, Nobody(parts))
    assert platform.meet("graphql-api")[1].code == 503
    assert not platform.answers("graphql-api")
    assert not platform.answers("redis")


@pytest.mark.parametrize("seed", range(5))
def test_each_health_breaks_one_target_and_good_breaks_none(seed: int):
    chance = Random(seed)

    def share(health: Health, late: Callable[[object], bool]) -> float:
        return sum(late(outcome(health, chance)) for _ in range(400)) / 400

    assert share(Health.GOOD, lambda met: met.code >= 500) == 0
    assert share(Health.GOOD, lambda met: met.takes > 0.5) == 0
    assert share(Health.GOOD, lambda met: met.paint > 1.5) == 0
    assert share(Health.SLOW, lambda met: met.takes > 0.5) == 1
    assert share(Health.SLOW, lambda met: met.paint > 1.5) == 1
    assert 0.4 < share(Health.FAILING, lambda met: met.code >= 500) < 0.8
    assert share(Health.DOWN, lambda met: met.code == 503) == 1
    assert [fill(health) for health in Health] == [0.35, 0.96, 0, 0]
    assert [sessions(health, 400) for health in Health] == [400, 400, 80, 0]


def test_traffic_is_counted_where_prometheus_looks(twin: PlatformTwin):
    def metrics(name: str) -> str:
        return get(f"{twin.addresses[name]}/metrics").text

    def counted(name: str, series: str) -> bool:
        return any(
            line.startswith(f"{series} ") and not line.endswith(" 0.0")
            for line in metrics(name).splitlines()
        )

    until(
        lambda: counted(
            "graphql-api", 'http_requests_total{code="200",color="blue",service="graphql-api"}'
        )
    )
    assert 'http_requests_total{code="200",color="green",service="graphql-api"} 0.0' in metrics(
        "graphql-api"
    )
    until(lambda: counted("graphql-api", 'probe_success{service="graphql-api"}'))
    until(
        lambda: counted(
            "docs-site", 'web_vitals_fcp_seconds_count{service="docs-site",site="docs-site"}'
        )
    )
    saves = 'document_saves_total{color="blue",result="ok",service="document-service"}'
    until(lambda: counted("document-service", saves))
    connections = 'ws_connections{color="blue",service="websocket-service"} 400.0'
    assert connections in metrics("websocket-service")
    assert 'pg_stat_activity_count{service="postgresql"} 35.0' in metrics("postgresql")
    assert 'schema_version{service="postgresql"} 42.0' in metrics("postgresql")


def test_a_service_that_is_down_fails_its_probe_and_its_requests(twin: PlatformTwin):
    door = twin.addresses["api-site"]
    assert get(f"{door}/").status_code == 200
    assert order(twin, "api-site", health="down").json()["health"] == "down"
    assert get(f"{door}/").status_code == 503
    assert get(f"{door}/healthz").status_code == 503
    assert 'probe_success{service="api-site"} 0.0' in get(f"{door}/metrics").text
    order(twin, "api-site", health="good")
    assert get(f"{door}/healthz").text == "ok\n"


def test_a_full_store_says_so(twin: PlatformTwin):
    order(twin, "redis", health="slow")
    metrics = get(f"{twin.addresses['redis']}/metrics").text
    assert 'redis_up{service="redis"} 1.0' in metrics
    order(twin, "redis", health="down")
    metrics = get(f"{twin.addresses['redis']}/metrics").text
    assert 'redis_up{service="redis"} 0.0' in metrics
    order(twin, "redis", health="good")


def test_orders_are_followed_for_one_release_or_the_live_one(twin: PlatformTwin):
    assert order(twin, "document-service", health="slow", tag="v1.4.1").json() == {
        "name": "document-service",
        "kind": "kubernetes",
        "health": "good",
        "live": "blue",
        "url": twin.addresses["document-service"],
        "releases": [
            {"color": "blue", "tag": "v1.4.2", "health": "good", "live": True},
            {"color": "green", "tag": "v1.4.1", "health": "slow", "live": False},
        ],
    }
    assert order(twin, "document-service", live="green").json()["health"] == "slow"
    listed = get(f"{twin.url}/components").json()["items"]
    assert [one["live"] for one in listed if one["name"] == "document-service"] == ["green"]
    order(twin, "document-service", live="blue")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"health": "ill"}, "no health 'ill'; one of good, slow, failing, down"),
        ({"health": "good", "tag": "v9"}, "no release 'v9' of redis; running: v1.4.2"),
        ({"live": "green"}, "redis cannot be switched to 'green' here"),
        ({}, "unknown order {}"),
        ({"helth": "good"}, "unknown order {'helth': 'good'}"),
    ],
)
def test_an_order_that_cannot_be_followed_says_what_can(
    twin: PlatformTwin, words: dict[str, str], reason: str
):
    refused = order(twin, "redis", **words)
    assert refused.status_code == 422
    assert reason in refused.json()["error"]


def test_bodies_that_are_no_orders_are_refused(twin: PlatformTwin):
    url = f"{twin.url}/components/redis"
    for content in (b"{", b"[]", b'{"health": 1}', b"\xff"):
        assert httpx.post(url, content=content, trust_env=False).status_code == 422
    unknown = order(twin, "radis", health="good")
    assert unknown.status_code == 404
    assert "try graphql-api" in unknown.json()["error"]


def test_an_order_by_curl_is_understood_though_curl_calls_it_a_form(twin: PlatformTwin):
    followed = httpx.post(
        f"{twin.url}/components/mobile-pwa",
        content=b'{"health": "good"}',
        headers={"content-type": "application/x-www-form-urlencoded"},
        trust_env=False,
    )
    assert (followed.status_code, followed.json()["health"]) == (200, "good")


def test_the_page_breaks_and_mends_by_button(twin: PlatformTwin):
    def page() -> str:
        return get(twin.url).text

    assert "Break partners-site" in page()
    pressed = httpx.post(
        f"{twin.url}/components/partners-site", data={"health": "failing"}, trust_env=False
    )
    assert (pressed.status_code, pressed.headers["location"]) == (303, "/#partners-site")
    assert "Mend partners-site" in page()
    assert "Break partners-site" not in page()
    assert '<a href="http://127.0.0.1:1/">Slack</a>' in page()
    order(twin, "partners-site", health="good")


def test_every_kind_is_played():
    assert {one.kind for one in components()} == set(Kind)
