"""ReplicaSets: as many pods as wanted, and the truth about them in the status."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime

from sandbox.kubernetes.controllers.conditions import condition, placed, without
from sandbox.kubernetes.controllers.controller import Key
from sandbox.kubernetes.controllers.deletion import is_terminating, terminate
from sandbox.kubernetes.controllers.events import warn
from sandbox.kubernetes.controllers.ownership import owned, owner_name, reference
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.controllers.pod_status import is_ready, ready_since
from sandbox.kubernetes.history import Event
from sandbox.kubernetes.kinds import POD, REPLICASET
from sandbox.kubernetes.objects import Object, clone, name_of, namespace_of, stamp
from sandbox.kubernetes.store import Missing, Rejected, Store

_FIRST_RETRY, _LAST_RETRY = 0.02, 8.0


class ReplicaSets:
    def __init__(self, store: Store, pace: Pace) -> None:
        self._store = store
        self._pace = pace
        self._failures: dict[Key, int] = {}
        self._retry_at: dict[Key, float] = {}

    def touched(self, event: Event) -> Iterable[Key]:
        if event.kind is REPLICASET:
            yield Key(namespace_of(event.object), name_of(event.object))
        elif event.kind is POD and (name := owner_name(event.object, REPLICASET)):
            yield Key(namespace_of(event.object), name)

    def sync(self, key: Key) -> float | None:
        try:
            replicaset = self._store.get(REPLICASET, *key)
        except Missing:
            self._failures.pop(key, None)
            self._retry_at.pop(key, None)
            return None
        selector = replicaset["spec"]["selector"].get("matchLabels", {})
        pods = owned(self._store, POD, replicaset, selector)
        failure = self._manage(key, replicaset, [pod for pod in pods if not is_terminating(pod)])
        pods = owned(self._store, POD, replicaset, selector)
        unripe = self._report(replicaset, pods, failure)
        waits = [wait for wait in (self._retry_in(key), unripe) if wait is not None]
        return min(waits, default=None)

    def _retry_in(self, key: Key) -> float | None:
        at = self._retry_at.get(key)
        return None if at is None else max(0.0, at - time.monotonic())

    def _manage(self, key: Key, replicaset: Object, pods: list[Object]) -> str:
        """Create or delete pods; what the API said when it would not create one."""
        missing = replicaset["spec"].get("replicas", 1) - len(pods)
        if missing <= 0:
            self._failures.pop(key, None)
            self._retry_at.pop(key, None)
            for pod in sorted(pods, key=_last_to_go)[:-missing] if missing else ():
                terminate(self._store, POD, pod)
            return ""
        if (wait := self._retry_in(key)) is not None and wait > 0:
            return _said(replicaset)
        for _ in range(missing):
            try:
                self._store.create(POD, _pod(replicaset))
            except Rejected as rejected:
                self._put_off(key)
                warn(self._store, REPLICASET, replicaset, "FailedCreate", str(rejected))
                return str(rejected)
        self._failures.pop(key, None)
        self._retry_at.pop(key, None)
        return ""

    def _put_off(self, key: Key) -> None:
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        wait = min(_FIRST_RETRY * 2**failures, _LAST_RETRY) * self._pace.second
        self._retry_at[key] = time.monotonic() + wait

    def _report(self, replicaset: Object, pods: list[Object], failure: str) -> float | None:
        live = [pod for pod in pods if not is_terminating(pod)]
        ready = [pod for pod in live if is_ready(pod)]
        ripe_after = replicaset["spec"].get("minReadySeconds", 0) * self._pace.second
        waits = [ripe_after - self._ready_for(pod) for pod in ready] if ripe_after else []
        counts = {
            "fullyLabeledReplicas": len(live),
            "readyReplicas": len(ready),
            "availableReplicas": len(ready) - sum(wait > 0 for wait in waits),
        }
        conditions = (replicaset.get("status") or {}).get("conditions", [])
        if failure:
            now = stamp(self._store.clock())
            failed = condition("ReplicaFailure", "True", "FailedCreate", failure, now=now)
            failed.pop("lastUpdateTime")  # ReplicaSets do not keep it
            conditions = placed(conditions, failed)
        else:
            conditions = without(conditions, "ReplicaFailure")
        replicaset["status"] = {
            "replicas": len(live),
            **{name: count for name, count in counts.items() if count},
            "terminatingReplicas": len(pods) - len(live),
            "observedGeneration": replicaset["metadata"]["generation"],
            **({"conditions": conditions} if conditions else {}),
        }
        self._store.update_status(REPLICASET, replicaset)
        return min((wait for wait in waits if wait > 0), default=None)

    def _ready_for(self, pod: Object) -> float:
        return datetime.now(UTC).timestamp() - ready_since(pod)


def _said(replicaset: Object) -> str:
    conditions = (replicaset.get("status") or {}).get("conditions", ())
    return next((one["message"] for one in conditions if one["type"] == "ReplicaFailure"), "")


def _last_to_go(pod: Object) -> tuple[bool, bool, str]:
    """Sorts the pods that go first to the front: unplaced, not ready, youngest."""
    youngest_first = "".join(chr(255 - ord(one)) for one in pod["metadata"]["creationTimestamp"])
    return ("nodeName" in pod["spec"], is_ready(pod), youngest_first)


def _pod(replicaset: Object) -> Object:
    template = clone(replicaset["spec"]["template"])
    return {
        "metadata": {
            **template.get("metadata", {}),
            "generateName": f"{name_of(replicaset)}-",
            "namespace": namespace_of(replicaset),
            "ownerReferences": [reference(REPLICASET, replicaset)],
        },
        "spec": template["spec"],
        "status": {"phase": "Pending", "qosClass": "Burstable"},
    }
