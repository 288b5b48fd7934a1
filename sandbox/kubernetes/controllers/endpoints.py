"""EndpointSlices: the pods behind a Service's selector, one slice for each Service."""

import time
from collections.abc import Iterable
from typing import Any

from sandbox.kubernetes.controllers.controller import Key
from sandbox.kubernetes.controllers.deletion import is_terminating
from sandbox.kubernetes.controllers.ownership import is_owned_by, reference
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.controllers.pod_status import is_ready
from sandbox.kubernetes.history import Event
from sandbox.kubernetes.kinds import ENDPOINTSLICE, POD, SERVICE
from sandbox.kubernetes.objects import Object, carries, labels_of, name_of, namespace_of
from sandbox.kubernetes.store import Missing, Store

SERVICE_NAME = "kubernetes.io/service-name"
_MANAGED_BY = "endpointslice.kubernetes.io/managed-by"


class Endpoints:
    def __init__(self, store: Store, pace: Pace) -> None:
        self._store = store
        self._pace = pace
        self._asked: dict[Key, float] = {}

    def touched(self, event: Event) -> Iterable[Key]:
        namespace = namespace_of(event.object)
        if event.kind is SERVICE:
            yield Key(namespace, name_of(event.object))
        elif event.kind is ENDPOINTSLICE:
            yield Key(namespace, labels_of(event.object).get(SERVICE_NAME, ""))
        elif event.kind is POD:
            versions = [one for one in (event.object, event.before) if one]
            for service in self._store.list(SERVICE, namespace):
                selector = service["spec"].get("selector")
                if selector and any(carries(pod, selector) for pod in versions):
                    yield Key(namespace, name_of(service))

    def sync(self, key: Key) -> float | None:
        asked = self._asked.setdefault(key, time.monotonic())
        left = asked + self._pace.follow_after - time.monotonic()
        if left > 0:
            return left
        del self._asked[key]
        self._follow(key)
        return None

    def _follow(self, key: Key) -> None:
        try:
            service = self._store.get(SERVICE, *key)
        except Missing:
            return
        selector = service["spec"].get("selector")
        if not selector:
            return
        pods = self._store.list(POD, key.namespace, labels=selector)
        endpoints = [_endpoint(pod) for pod in pods if (pod.get("status") or {}).get("podIP")]
        self._publish(service, endpoints)

    def _publish(self, service: Object, endpoints: list[Object]) -> None:
        ports = [_port(one) for one in service["spec"].get("ports", ())] if endpoints else []
        namespace, name = namespace_of(service), name_of(service)
        slices = [
            one
            for one in self._store.list(ENDPOINTSLICE, namespace, labels={SERVICE_NAME: name})
            if is_owned_by(one, service)
        ]
        if slices:
            found = slices[0] | {"endpoints": endpoints, "ports": ports}
            self._store.update(ENDPOINTSLICE, found)
            return
        self._store.create(
            ENDPOINTSLICE,
            {
                "metadata": {
                    "generateName": f"{name}-",
                    "namespace": namespace,
                    "labels": {_MANAGED_BY: "endpointslice-controller.k8s.io", SERVICE_NAME: name},
                    "ownerReferences": [reference(SERVICE, service)],
                },
                "addressType": "IPv4",
                "endpoints": endpoints,
                "ports": ports,
            },
        )


def _endpoint(pod: Object) -> Object:
    serving, going = is_ready(pod), is_terminating(pod)
    return {
        "addresses": [pod["status"]["podIP"]],
        "conditions": {"ready": serving and not going, "serving": serving, "terminating": going},
        "targetRef": {
            "kind": "Pod",
            "namespace": namespace_of(pod),
            "name": name_of(pod),
            "uid": pod["metadata"]["uid"],
        },
        "nodeName": pod["spec"].get("nodeName", ""),
    }


def _port(port: dict[str, Any]) -> dict[str, Any]:
    target = port.get("targetPort", port["port"])
    return {
        "name": port.get("name", ""),
        "protocol": port.get("protocol", "TCP"),
        "port": target if isinstance(target, int) else port["port"],
    }
