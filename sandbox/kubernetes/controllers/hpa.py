"""HorizontalPodAutoscalers: between their bounds, as many pods as the load wants."""

import time
from collections.abc import Iterable

from sandbox.kubernetes.controllers.conditions import Condition, condition, placed
from sandbox.kubernetes.controllers.controller import Key
from sandbox.kubernetes.controllers.load import Load
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.history import Event
from sandbox.kubernetes.kinds import DEPLOYMENT, HPA, SERVICE
from sandbox.kubernetes.objects import Object, carries, name_of, namespace_of, stamp
from sandbox.kubernetes.store import Missing, Store

_CALM = 300.0
_DISABLED = "scaling is disabled since the replica count of the target is zero"
_SCALED = "the HPA was able to successfully calculate a replica count from cpu utilization"
_WITHIN = "the desired count is within the acceptable range"


class Autoscalers:
    """Raises at once; lowers when fewer have been enough for five minutes."""

    def __init__(self, store: Store, pace: Pace, load: Load) -> None:
        self._store = store
        self._pace = pace
        self._load = load
        self._enough_since: dict[Key, float] = {}

    def touched(self, event: Event) -> Iterable[Key]:
        namespace = namespace_of(event.object)
        if event.kind is HPA:
            yield Key(namespace, name_of(event.object))
        elif event.kind in (DEPLOYMENT, SERVICE):
            for hpa in self._store.list(HPA, namespace):
                target = hpa["spec"]["scaleTargetRef"]["name"]
                if event.kind is SERVICE or target == name_of(event.object):
                    yield Key(namespace, name_of(hpa))

    def sync(self, key: Key) -> float | None:
        try:
            hpa = self._store.get(HPA, *key)
            target = hpa["spec"]["scaleTargetRef"]["name"]
            deployment = self._store.get(DEPLOYMENT, key.namespace, target)
        except Missing:
            self._enough_since.pop(key, None)
            return None
        current = deployment["spec"].get("replicas", 1)
        if current == 0:
            self._report(hpa, deployment, 0, [("ScalingActive", "False", "ScalingDisabled")])
            return None
        wanted, limit = _bounded(self._wanted(deployment), hpa["spec"])
        wait = self._calm(key, wanted, current)
        if wait is not None:
            wanted = current if current <= hpa["spec"]["maxReplicas"] else wanted
        if wanted != current:
            deployment["spec"]["replicas"] = wanted
            deployment = self._store.update(DEPLOYMENT, deployment)
        active = ("ScalingActive", "True", "ValidMetricFound")
        self._report(hpa, deployment, wanted, [active, ("ScalingLimited", *limit)])
        return wait

    def _calm(self, key: Key, wanted: int, current: int) -> float | None:
        """How long fewer must still be enough before pods may go; None: act now."""
        if wanted >= current:
            self._enough_since.pop(key, None)
            return None
        since = self._enough_since.setdefault(key, time.monotonic())
        left = since + _CALM * self._pace.second - time.monotonic()
        if left > 0:
            return left
        self._enough_since.pop(key, None)
        return None

    def _wanted(self, deployment: Object) -> int:
        namespace, name = namespace_of(deployment), name_of(deployment)
        own = self._load.of_deployment(namespace, name)
        if own is not None:
            return own
        return sum(
            self._load.of_service(namespace, name_of(service))
            for service in self._store.list(SERVICE, namespace)
            if (selector := service["spec"].get("selector"))
            and carries(deployment["spec"]["template"], selector)
        )

    def _report(
        self, hpa: Object, deployment: Object, wanted: int, said: list[tuple[str, str, str]]
    ) -> None:
        now = stamp(self._store.clock())
        conditions: list[Condition] = (hpa.get("status") or {}).get("conditions", [])
        for kind, status, reason in [("AbleToScale", "True", "ReadyForNewScale"), *said]:
            new = condition(kind, status, reason, _MESSAGES.get(reason, ""), now=now)
            new.pop("lastUpdateTime")  # autoscalers do not keep it
            conditions = placed(conditions, new)
        hpa["status"] = {
            "observedGeneration": hpa["metadata"].get("generation", 1),
            "currentReplicas": (deployment.get("status") or {}).get("replicas", 0),
            "desiredReplicas": wanted,
            "conditions": conditions,
        }
        self._store.update_status(HPA, hpa)


_MESSAGES = {
    "ReadyForNewScale": "recommended size matches current size",
    "ScalingDisabled": _DISABLED,
    "ValidMetricFound": _SCALED,
    "DesiredWithinRange": _WITHIN,
    "TooFewReplicas": "the desired replica count is less than the minimum replica count",
    "TooManyReplicas": "the desired replica count is more than the maximum replica count",
}


def _bounded(wanted: int, spec: Object) -> tuple[int, tuple[str, str]]:
    least, most = spec.get("minReplicas", 1), spec["maxReplicas"]
    if wanted < least:
        return least, ("True", "TooFewReplicas")
    if wanted > most:
        return most, ("True", "TooManyReplicas")
    return wanted, ("False", "DesiredWithinRange")
