"""A store with its controllers, and short words for what a test does to it."""

import time
from collections.abc import Callable
from typing import Any

from sandbox.kubernetes.controllers.manager import Controllers
from sandbox.kubernetes.controllers.revision import revision_of
from sandbox.kubernetes.kinds import DEPLOYMENT, ENDPOINTSLICE, POD, REPLICASET, SERVICE
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.store import Store

NAMESPACE = "production"
_PATIENCE = 20.0


class Cluster:
    def __init__(self, store: Store, controllers: Controllers) -> None:
        self.store = store
        self.controllers = controllers

    def deploy(self, image: str = "app:v1.0.0", name: str = "app", **spec: Any) -> Object:
        """Makes or changes a Deployment; with the words of its spec in camel case."""
        template = {
            "metadata": {"labels": {"app": name}},
            "spec": {
                "containers": [
                    {
                        "name": name,
                        "image": image,
                        "resources": {"requests": {"cpu": "100m"}, "limits": {"cpu": "200m"}},
                    }
                ]
            },
        }
        usual = {
            "replicas": 3,
            "selector": {"matchLabels": {"app": name}},
            "strategy": {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0},
            },
            "template": template,
        }
        metadata = {"name": name, "namespace": NAMESPACE}
        return self.store.create(DEPLOYMENT, {"metadata": metadata, "spec": usual | spec})

    def change(self, name: str = "app", **spec: Any) -> Object:
        with self.store.lock:
            deployment = self.deployment(name)
            deployment["spec"] |= spec
            return self.store.update(DEPLOYMENT, deployment)

    def ship(self, image: str, name: str = "app") -> Object:
        with self.store.lock:
            deployment = self.deployment(name)
            deployment["spec"]["template"]["spec"]["containers"][0]["image"] = image
            return self.store.update(DEPLOYMENT, deployment)

    def release(self, image: str, name: str = "app") -> None:
        self.ship(image, name)
        self.until(lambda: self.done(name))

    def roll_back(self, revision: int, name: str = "app") -> Object:
        """The template of an owned ReplicaSet, and nothing else."""
        with self.store.lock:
            template = self.revisions(name)[revision]["spec"]["template"]
            template["metadata"]["labels"].pop("pod-template-hash")
            return self.change(name, template=template)

    def serve(self, name: str = "app", **selector: str) -> Object:
        spec = {"selector": selector or {"app": name}, "ports": [{"port": 80, "targetPort": 8080}]}
        metadata = {"name": name, "namespace": NAMESPACE}
        return self.store.create(SERVICE, {"metadata": metadata, "spec": spec})

    def deployment(self, name: str = "app") -> Object:
        return self.store.get(DEPLOYMENT, NAMESPACE, name)

    def revisions(self, name: str = "app") -> dict[int, Object]:
        return {revision_of(one): one for one in self.replicasets(name)}

    def replicasets(self, name: str = "app") -> list[Object]:
        return self.store.list(REPLICASET, NAMESPACE, labels={"app": name})

    def pods(self, name: str = "app") -> list[Object]:
        return self.store.list(POD, NAMESPACE, labels={"app": name})

    def images(self, name: str = "app") -> dict[str, int]:
        """How many pods run each image; those on their way out do not count."""
        images = [
            one["spec"]["containers"][0]["image"]
            for one in self.pods(name)
            if "deletionTimestamp" not in one["metadata"]
        ]
        return {image: images.count(image) for image in images}

    def endpoints(self, service: str = "app") -> list[Object]:
        labels = {"kubernetes.io/service-name": service}
        slices = self.store.list(ENDPOINTSLICE, NAMESPACE, labels=labels)
        return [endpoint for one in slices for endpoint in one["endpoints"]]

    def status(self, name: str = "app") -> dict[str, Any]:
        return self.deployment(name).get("status", {})

    def condition(self, kind: str, name: str = "app") -> tuple[str, str]:
        for one in self.status(name).get("conditions", ()):
            if one["type"] == kind:
                return (one["status"], one["reason"])
        return ("", "")

    def done(self, name: str = "app") -> bool:
        """As `kubectl rollout status` decides."""
        deployment, status = self.deployment(name), self.status(name)
        wanted = deployment["spec"]["replicas"]
        return status.get("observedGeneration") == deployment["metadata"]["generation"] and all(
            status.get(field, 0) == wanted
            for field in ("updatedReplicas", "replicas", "availableReplicas")
        )

    def until(self, wanted: Callable[[], bool]) -> None:
        """Looks again at every change of the store, until it is so."""
        deadline = time.monotonic() + _PATIENCE
        seen = self.store.newest
        while not wanted():
            left = deadline - time.monotonic()
            assert left > 0, self.story()
            # Some of what is waited for lies outside the store; so look now and then anyway.
            self.store.wait(seen, min(left, 0.1))
            seen = self.store.newest

    def story(self) -> list[tuple[str, Any]]:
        return [(one["metadata"]["name"], one.get("status")) for one in self.store.list(DEPLOYMENT)]
