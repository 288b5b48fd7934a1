"""A namespace to test in, made for it or lent; what a delivery pipeline and a person do there."""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from kubernetes import client

from bot.adapters.kubernetes.cluster import KubernetesCluster
from bot.domain.cluster.rollout_status import Rollout, Status, rollout_status
from bot.domain.cluster.workload import Deployment
from bot.ports.world import World
from tests.cluster import manifests
from tests.cluster.manifests import Json

# Raw answers: the client's models refuse what a newer or older server leaves out.
CALL: dict[str, Any] = {"_request_timeout": (5, 30), "_preload_content": False}


@dataclass(frozen=True, kw_only=True)
class Place:
    """`patience` is how many seconds the cluster has for anything."""

    cluster: KubernetesCluster
    api: client.ApiClient
    namespace: str
    image: str
    patience: float
    run: str = field(default_factory=lambda: secrets.token_hex(3))

    @property
    def world(self) -> World:
        return World(now=lambda: datetime.now(UTC), cluster=self.cluster)

    def named(self, name: str) -> str:
        return f"{name}-{self.run}"

    def deploy(
        self, name: str, *, replicas: int = 2, color: str = "", until_ready: bool = True
    ) -> str:
        """The new Deployment's own name, at release r1."""
        own = self.named(f"{name}-{color}" if color else name)
        body = manifests.deployment(
            own, self.image, run=self.run, replicas=replicas, app=name, color=color
        )
        self._apps.create_namespaced_deployment(self.namespace, body, **CALL)
        if until_ready:
            self.settle(own)
        return own

    def ship(self, own: str, release: str) -> None:
        """As a pipeline would: the whole template, and nobody waits for it."""
        self._ship(own, release, {}, {})

    def ship_one_that_cannot_start(self, own: str) -> None:
        """No node takes its pods; whether images are pulled is up to the nodes."""
        nowhere = {"nodeSelector": {manifests.RUN: "no-node-has-this"}}
        self._ship(own, "bad", nowhere, {"progressDeadlineSeconds": 5})

    def _ship(self, own: str, release: str, pod: Json, deployment: Json) -> None:
        live = self.deployment(own).template
        template = manifests.template(self.image, release, dict(live["metadata"]["labels"]))
        template["spec"] |= pod
        patch = {"spec": {"template": template} | deployment}
        self._apps.patch_namespaced_deployment(own, self.namespace, patch, **CALL)

    def serve(self, name: str, **selector: str) -> str:
        own = self.named(name)
        body = manifests.service(own, run=self.run, selector={"app": name} | selector)
        self._core.create_namespaced_service(self.namespace, body, **CALL)
        return own

    def bound(self, own: str, *, least: int, most: int) -> None:
        """Gives the Deployment an autoscaler."""
        body = manifests.autoscaler(own, run=self.run, least=least, most=most)
        scaling = client.AutoscalingV2Api(self.api)
        scaling.create_namespaced_horizontal_pod_autoscaler(self.namespace, body, **CALL)

    def configure(self, name: str) -> None:
        body = {"metadata": {"name": name, "labels": {manifests.RUN: self.run}}}
        self._core.create_namespaced_config_map(self.namespace, body, **CALL)

    def deployment(self, own: str) -> Deployment:
        return self.cluster.deployment(self.namespace, own)

    def status(self, own: str) -> Status:
        now = self.deployment(own)
        pods = self.cluster.pods(self.namespace, now.selector)
        return rollout_status(now, self.cluster.replica_sets(now), pods)

    def settle(self, own: str) -> None:
        self.until(lambda: self.status(own).rollout is Rollout.DONE)

    def until(self, wanted: Callable[[], bool]) -> None:
        deadline = time.monotonic() + self.patience
        while not wanted():
            assert time.monotonic() < deadline, f"not within {self.patience:g} s"
            time.sleep(min(0.2, self.patience / 500))

    def left(self) -> list[str]:
        """The names of what is still there of this run."""
        scaling = client.AutoscalingV2Api(self.api)
        lists = (
            self._apps.list_namespaced_deployment,
            self._core.list_namespaced_service,
            self._core.list_namespaced_config_map,
            self._core.list_namespaced_pod,
            scaling.list_namespaced_horizontal_pod_autoscaler,
        )
        return [name for listed in lists for name in self._names(listed)]

    def remove(self) -> None:
        """Everything of this run, by its label; what is not ours is not touched."""
        label = self._ours
        scaling = client.AutoscalingV2Api(self.api)
        scaling.delete_collection_namespaced_horizontal_pod_autoscaler(self.namespace, **label)
        self._apps.delete_collection_namespaced_deployment(self.namespace, **label)
        self._core.delete_collection_namespaced_config_map(self.namespace, **label)
        for name in self._names(self._core.list_namespaced_service):
            self._core.delete_namespaced_service(name, self.namespace, **CALL)
        self.until(self._is_empty)

    def _is_empty(self) -> bool:
        """Pods are not waited for: nodes that only make them Ready may never let go of them."""
        self._core.delete_collection_namespaced_pod(
            self.namespace, grace_period_seconds=0, **self._ours
        )
        return not self.left()

    def _names(self, listed: Callable[..., Any]) -> list[str]:
        raw = listed(self.namespace, **self._ours)
        return [each["metadata"]["name"] for each in json.loads(raw.data)["items"]]

    @property
    def _ours(self) -> dict[str, Any]:
        return {"label_selector": f"{manifests.RUN}={self.run}"} | CALL

    @property
    def _apps(self) -> client.AppsV1Api:
        return client.AppsV1Api(self.api)

    @property
    def _core(self) -> client.CoreV1Api:
        return client.CoreV1Api(self.api)


@contextmanager
def made(api: client.ApiClient, name: str = "") -> Iterator[str]:
    """A namespace of its own, removed at the end; one that is named is lent, and stays."""
    if name:
        yield name
        return
    core = client.CoreV1Api(api)
    body = {"metadata": {"generateName": "candlefish-test-"}}
    own = json.loads(core.create_namespace(body, **CALL).data)["metadata"]["name"]
    try:
        yield own
    finally:
        core.delete_namespace(own, **CALL)
