"""The platform beside a cluster that it follows, and a pipeline that ships to it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.kinds import DEPLOYMENT, SERVICE
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.seed import Cluster, platform_cluster
from sandbox.platform import cluster_releases, pipeline
from sandbox.platform.cluster_api import ClusterAddress, ClusterClient
from sandbox.platform.pipeline import Pipeline
from sandbox.platform.server import PlatformTwin, platform_twin

NAMESPACE = "production"


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


@contextmanager
def beside_a_cluster() -> Iterator[Scene]:
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


def until(wanted: Callable[[], bool], *, within: float = 20.0) -> None:
    deadline = time.monotonic() + within
    while not wanted():
        assert time.monotonic() < deadline
        time.sleep(0.02)
