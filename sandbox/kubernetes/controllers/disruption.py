"""PodDisruptionBudgets: how many pods may be evicted now."""

import math
from collections.abc import Iterable

from sandbox.kubernetes.controllers.controller import Key
from sandbox.kubernetes.controllers.deletion import is_terminating
from sandbox.kubernetes.controllers.fate import deployment_of
from sandbox.kubernetes.controllers.ownership import owner_name
from sandbox.kubernetes.controllers.pod_status import is_ready
from sandbox.kubernetes.history import Event
from sandbox.kubernetes.kinds import DEPLOYMENT, PDB, POD, REPLICASET
from sandbox.kubernetes.objects import Object, labels_of, name_of, namespace_of
from sandbox.kubernetes.selectors import selects
from sandbox.kubernetes.store import Missing, Store


class Disruptions:
    def __init__(self, store: Store) -> None:
        self._store = store

    def touched(self, event: Event) -> Iterable[Key]:
        namespace = namespace_of(event.object)
        if event.kind is PDB:
            yield Key(namespace, name_of(event.object))
        elif event.kind is POD:
            for budget in self._store.list(PDB, namespace):
                if selects(budget["spec"].get("selector"), labels_of(event.object)):
                    yield Key(namespace, name_of(budget))

    def sync(self, key: Key) -> float | None:
        try:
            budget = self._store.get(PDB, *key)
        except Missing:
            return None
        selector = budget["spec"].get("selector")
        pods = [
            pod for pod in self._store.list(POD, key.namespace) if selects(selector, labels_of(pod))
        ]
        healthy = sum(is_ready(pod) and not is_terminating(pod) for pod in pods)
        expected = self._expected(pods)
        least = _least(budget["spec"], expected)
        budget["status"] = {
            "observedGeneration": budget["metadata"]["generation"],
            "currentHealthy": healthy,
            "desiredHealthy": least,
            "expectedPods": expected,
            "disruptionsAllowed": max(0, healthy - least),
        }
        self._store.update_status(PDB, budget)
        return None

    def _expected(self, pods: list[Object]) -> int:
        """What the pods' Deployments want; a pod of its own counts for itself."""
        owners = {
            (namespace_of(pod), deployment_of(pod, owner_name(pod, REPLICASET))) for pod in pods
        }
        return sum(self._replicas(*owner) for owner in owners)

    def _replicas(self, namespace: str, name: str) -> int:
        try:
            deployment = self._store.get(DEPLOYMENT, namespace, name)
        except Missing:
            return 1
        return int(deployment["spec"].get("replicas", 1))


def _least(spec: Object, expected: int) -> int:
    if "maxUnavailable" in spec:
        return max(0, expected - _share(spec["maxUnavailable"], expected))
    return _share(spec.get("minAvailable", 1), expected)


def _share(value: int | str, whole: int) -> int:
    """A number, or percent of `whole`, rounded up."""
    if isinstance(value, int):
        return value
    return math.ceil(int(value.removesuffix("%")) * whole / 100)
