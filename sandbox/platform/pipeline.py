"""The delivery pipeline: a new release goes to the idle colour, and then traffic does."""

import threading
import time
from dataclasses import dataclass
from typing import Any

from sandbox.kubernetes.seed.release import Release, image
from sandbox.platform.cluster_api import ClusterClient, NotAnswered
from sandbox.platform.images import NotPushed, push

DEPLOYMENTS = "apis/apps/v1/deployments"
SERVICES = "api/v1/services"
FREEZE = "candlefish.ai/deploy-freeze"
RULES = (
    {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "patch"]},
    {"apiGroups": [""], "resources": ["services"], "verbs": ["get", "patch"]},
)
"""The rights that it needs in its namespace."""
_POLL = 0.1
_OTHER = {"blue": "green", "green": "blue"}

Json = dict[str, Any]


class NotShipped(Exception):
    """The pipeline stopped; the message says why and what is live."""


@dataclass(frozen=True, kw_only=True)
class Shipped:
    component: str
    tag: str
    color: str


class Pipeline:
    def __init__(self, client: ClusterClient, *, patience: float = 120.0) -> None:
        """`patience` is how many seconds pods may take to become ready."""
        self._client = client
        self._patience = patience
        self._closing = threading.Event()

    def close(self) -> None:
        """Whatever is being shipped stops where it is."""
        self._closing.set()

    def ship(self, component: str, tag: str) -> Shipped:
        """Raises NotShipped; traffic moves last, or not at all."""
        try:
            return self._ship(component, tag)
        except (NotAnswered, NotPushed) as error:
            raise NotShipped(f"{component} {tag} was not shipped: {error}") from error

    def _ship(self, component: str, tag: str) -> Shipped:
        service = self._client.get(SERVICES, component)
        live = service["spec"]["selector"].get("color", "")
        color = _OTHER.get(live, "")
        running = self._client.get(DEPLOYMENTS, _named(component, live))
        target = self._client.get(DEPLOYMENTS, _named(component, color)) if color else running
        for deployment in (running, target):
            _frozen(component, tag, deployment)
        name = target["metadata"]["name"]
        push(_registry(target), f"candlefish/{component}", tag)
        patch = _patch(component, tag, target, replicas=running["spec"]["replicas"])
        patched = self._client.patch(DEPLOYMENTS, name, patch, merge=False)
        self._wait(component, tag, patched)
        if color:
            self._switch(component, tag, color)
        return Shipped(component=component, tag=tag, color=color)

    def _wait(self, component: str, tag: str, patched: Json) -> None:
        name, generation = patched["metadata"]["name"], patched["metadata"]["generation"]
        deadline = time.monotonic() + self._patience
        while time.monotonic() < deadline:
            deployment = self._client.get(DEPLOYMENTS, name)
            if _is_rolled_out(deployment, generation):
                return
            if self._closing.wait(_POLL):
                break
        raise NotShipped(f"{component} {tag} did not become ready on {name}; traffic stays")

    def _switch(self, component: str, tag: str, color: str) -> None:
        service = self._client.get(SERVICES, component)
        for each in _OTHER:
            deployment = self._client.get(DEPLOYMENTS, _named(component, each))
            _frozen(component, tag, deployment)
        version = service["metadata"]["resourceVersion"]
        patch = {
            "metadata": {"resourceVersion": version},
            "spec": {"selector": {"color": color}},
        }
        self._client.patch(SERVICES, component, patch, merge=True)


def _named(component: str, color: str) -> str:
    return f"{component}-{color}" if color else component


def _frozen(component: str, tag: str, deployment: Json) -> None:
    by = deployment["metadata"].get("annotations", {}).get(FREEZE)
    if by:
        name = deployment["metadata"]["name"]
        raise NotShipped(f"{component} {tag} was not shipped: {name} is frozen by {by}")


def _patch(component: str, tag: str, target: Json, *, replicas: int) -> Json:
    release = Release(tag=tag, deployed_by="github:deploy")
    template = target["spec"]["template"]
    held = template["spec"]["containers"][0]
    notes = template["metadata"].get("annotations", {})
    documents = "candlefish.ai/doc-format-min" in notes
    schema = "candlefish.ai/schema-min" in notes
    from_image = image(component, tag, registry=_registry(target))
    return {
        "metadata": {"labels": release.labels},
        "spec": {
            "replicas": replicas,
            "template": {
                "metadata": {
                    "labels": release.labels,
                    "annotations": release.annotations(documents=documents, schema=schema),
                },
                "spec": {"containers": [{"name": held["name"], "image": from_image}]},
            },
        },
    }


def _registry(deployment: Json) -> str:
    held = deployment["spec"]["template"]["spec"]["containers"][0]
    return str(held["image"]).partition("/candlefish/")[0]


def _is_rolled_out(deployment: Json, generation: int) -> bool:
    status, wanted = deployment.get("status", {}), deployment["spec"]["replicas"]
    return status.get("observedGeneration", 0) >= generation and all(
        status.get(field, 0) == wanted
        for field in ("updatedReplicas", "replicas", "availableReplicas")
    )
