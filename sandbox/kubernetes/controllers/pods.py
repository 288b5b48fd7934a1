"""The pod runner: stands for the scheduler and every node's kubelet."""

import itertools
import time
from collections.abc import Iterable

from sandbox.kubernetes.controllers.controller import Key
from sandbox.kubernetes.controllers.deletion import is_terminating
from sandbox.kubernetes.controllers.fate import Fate, Fates, deployment_of
from sandbox.kubernetes.controllers.needs import lacking
from sandbox.kubernetes.controllers.ownership import owner_name
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.controllers.pod_status import Stage, status, unschedulable
from sandbox.kubernetes.history import Event
from sandbox.kubernetes.kinds import POD, REPLICASET
from sandbox.kubernetes.objects import Object, name_of, namespace_of, stamp
from sandbox.kubernetes.store import Missing, Store

_NODES = ("node-1", "node-2", "node-3")
_RETRY = 0.2
_FIRST_BACK_OFF, _LAST_BACK_OFF = 10.0, 300.0
_STAGES = {
    Fate.READY: Stage.READY,
    Fate.STUCK: Stage.STUCK,
    Fate.CRASH: Stage.CRASHING,
    Fate.NO_PULL: Stage.NO_PULL,
}


class Pods:
    def __init__(self, store: Store, pace: Pace, fates: Fates) -> None:
        self._store = store
        self._pace = pace
        self._fates = fates
        self._began: dict[Key, float] = {}
        self._ending: dict[Key, float] = {}
        self._crashed: dict[Key, tuple[int, float]] = {}
        self._numbers = itertools.count(1)

    def touched(self, event: Event) -> Iterable[Key]:
        if event.kind is POD:
            yield Key(namespace_of(event.object), name_of(event.object))

    def sync(self, key: Key) -> float | None:
        try:
            pod = self._store.get(POD, *key)
        except Missing:
            for kept in (self._began, self._ending, self._crashed):
                kept.pop(key, None)
            return None
        if is_terminating(pod):
            return self._end(key, pod)
        fate = self._fates.of(pod, deployment_of(pod, owner_name(pod, REPLICASET)))
        if "nodeName" not in pod["spec"]:
            if fate is Fate.PENDING:
                self._tell(pod, unschedulable(stamp(self._store.clock())))
                return None
            pod["spec"]["nodeName"] = _NODES[next(self._numbers) % len(_NODES)]
            pod = self._store.update(POD, pod)
        return self._live(key, pod, fate)

    def _end(self, key: Key, pod: Object) -> float | None:
        seconds = int(pod["metadata"].get("deletionGracePeriodSeconds", 0))
        grace = seconds * self._pace.second
        since = self._ending.setdefault(key, time.monotonic())
        left = since + min(grace, self._pace.stop_after) - time.monotonic()
        if left > 0 and "nodeName" in pod["spec"]:
            return left
        self._store.delete(POD, *key)
        return None

    def _live(self, key: Key, pod: Object, fate: Fate) -> float | None:
        # Containers that run have read their configuration already.
        runs = (pod.get("status") or {}).get("phase") == "Running"
        if not runs and (why := lacking(self._store, pod)):
            self._show(pod, Stage.NO_CONFIG, why=why)
            return _RETRY
        since = self._began.setdefault(key, time.monotonic())
        left = since + self._pace.ready_after - time.monotonic()
        if left > 0:
            self._show(pod, Stage.CREATING)
            return left
        if fate is Fate.CRASH:
            return self._crash(key, pod)
        self._show(pod, _STAGES.get(fate, Stage.READY), restarts=self._crashed.get(key, (0, 0))[0])
        return None

    def _crash(self, key: Key, pod: Object) -> float:
        restarts, again_at = self._crashed.get(key, (0, 0.0))
        now = time.monotonic()
        if now >= again_at:
            back_off = min(_LAST_BACK_OFF, _FIRST_BACK_OFF * 2**restarts) * self._pace.second
            restarts, again_at = restarts + 1, now + back_off
            self._crashed[key] = (restarts, again_at)
        self._show(pod, Stage.CRASHING, restarts=restarts)
        return max(0.0, again_at - now)

    def _show(self, pod: Object, stage: Stage, *, restarts: int = 0, why: str = "") -> None:
        old = pod.get("status") or {}
        ip = old.get("podIP") or self._address()
        now = stamp(self._store.clock())
        become = status(pod, stage, ip=ip, now=now, restarts=restarts, why=why)
        if not _same(old, become):
            self._tell(pod, become)

    def _tell(self, pod: Object, become: Object) -> None:
        pod["status"] = become
        self._store.update_status(POD, pod)

    def _address(self) -> str:
        number = next(self._numbers)
        return f"10.244.{number // 250 % 250}.{number % 250 + 1}"


def _same(old: Object, new: Object) -> bool:
    """Whether nothing but times differs; a status that only ticks would never rest."""
    return _timeless(old) == _timeless(new)


def _timeless(value: object) -> object:
    if isinstance(value, dict):
        return {k: _timeless(v) for k, v in value.items() if not k.endswith(("At", "Time"))}
    if isinstance(value, list):
        return [_timeless(one) for one in value]
    return value
