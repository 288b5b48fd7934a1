"""Deployments: from one ReplicaSet to the next, as the real controller goes."""

import time
from collections.abc import Iterable

from sandbox.kubernetes.controllers.conditions import condition, placed, reason
from sandbox.kubernetes.controllers.controller import Key
from sandbox.kubernetes.controllers.deployment_status import (
    TIMED_OUT,
    Rollout,
    Status,
    count,
    counted,
    full_status,
    has_progressed,
    is_complete,
    is_settled,
    paused_status,
    size,
)
from sandbox.kubernetes.controllers.ownership import owned, owner_name
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.controllers.replicas import Replicas, is_active
from sandbox.kubernetes.controllers.revision import DESIRED, annotations_of, revision_of
from sandbox.kubernetes.controllers.template import same_release
from sandbox.kubernetes.history import Event
from sandbox.kubernetes.kinds import DEPLOYMENT, REPLICASET
from sandbox.kubernetes.objects import Object, name_of, namespace_of, stamp
from sandbox.kubernetes.store import Exists, Missing, Store

_DEADLINE = 600
_KEPT = 10
_RETRY = 0.05


class Deployments:
    def __init__(self, store: Store, pace: Pace) -> None:
        self._store = store
        self._pace = pace
        self._replicas = Replicas(store)
        self._progressed: dict[Key, float] = {}

    def touched(self, event: Event) -> Iterable[Key]:
        if event.kind is DEPLOYMENT:
            yield Key(namespace_of(event.object), name_of(event.object))
        elif event.kind is REPLICASET and (name := owner_name(event.object, DEPLOYMENT)):
            yield Key(namespace_of(event.object), name)

    def sync(self, key: Key) -> float | None:
        try:
            deployment = self._store.get(DEPLOYMENT, *key)
        except Missing:
            self._progressed.pop(key, None)
            return None
        self._say_paused(deployment)
        try:
            rollout = self._step(self._look(key))
        except Exists:
            # The ReplicaSet of a Deployment of the same name is still on its way out.
            return _RETRY
        if rollout is None:
            return None
        if rollout.deployment["spec"].get("paused"):
            self._clean_up(rollout)
            now = stamp(self._store.clock())
            self._publish(rollout, paused_status(rollout, counted(rollout), now=now))
            return None
        return self._report(key, rollout)

    def _look(self, key: Key) -> Rollout:
        deployment = self._store.get(DEPLOYMENT, *key)
        selector = deployment["spec"]["selector"].get("matchLabels", {})
        found = owned(self._store, REPLICASET, deployment, selector)
        found.sort(key=lambda one: (one["metadata"]["creationTimestamp"], revision_of(one)))
        template = deployment["spec"]["template"]
        new = next((one for one in found if same_release(one["spec"]["template"], template)), None)
        return Rollout(deployment=deployment, new=new, old=[one for one in found if one is not new])

    def _step(self, rollout: Rollout) -> Rollout | None:
        """Do the next thing there is to do; what it looks like afterwards.

        None when the Deployment itself was written: that change brings us back.
        """
        key = Key(namespace_of(rollout.deployment), name_of(rollout.deployment))
        spec = rollout.deployment["spec"]
        if spec.get("paused") or _was_scaled(rollout):
            self._replicas.scale(rollout)
        elif (spec.get("strategy") or {}).get("type") == "Recreate":
            if not self._replicas.empty_old(rollout):
                if self._replicas.ensure_new(rollout):
                    return None
                self._replicas.fill_new(self._look(key))
        else:
            if self._replicas.ensure_new(rollout):
                return None
            rollout = self._look(key)
            if not self._replicas.grow_new(rollout):
                self._replicas.shrink_old(rollout)
        return self._look(key)

    def _report(self, key: Key, rollout: Rollout) -> float | None:
        numbers = counted(rollout)
        clock = time.monotonic()
        if is_complete(rollout, numbers):
            self._clean_up(rollout)
        begun = rollout.status.get("observedGeneration") != numbers["observedGeneration"]
        if begun or has_progressed(rollout.status, numbers) or is_settled(rollout, numbers):
            self._progressed[key] = clock
        deadline = rollout.deployment["spec"].get("progressDeadlineSeconds", _DEADLINE)
        ends = self._progressed.setdefault(key, clock) + deadline * self._pace.second
        now = stamp(self._store.clock())
        status = full_status(rollout, numbers, late=clock >= ends, now=now)
        self._publish(rollout, status)
        waiting = not is_complete(rollout, numbers) and not _is_late(status)
        return max(0.0, ends - clock) if waiting else None

    def _publish(self, rollout: Rollout, status: Status) -> None:
        rollout.deployment["status"] = status
        self._store.update_status(DEPLOYMENT, rollout.deployment)

    def _say_paused(self, deployment: Object) -> None:
        conditions = (deployment.get("status") or {}).get("conditions", [])
        held = reason(conditions, "Progressing")
        paused = bool(deployment["spec"].get("paused"))
        if held == TIMED_OUT or paused == (held == "DeploymentPaused"):
            return
        words = (
            ("DeploymentPaused", "Deployment is paused")
            if paused
            else ("DeploymentResumed", "Deployment is resumed")
        )
        now = stamp(self._store.clock())
        new = condition("Progressing", "Unknown", *words, now=now)
        status = deployment.get("status") or {}
        deployment["status"] = status | {"conditions": placed(conditions, new)}
        self._store.update_status(DEPLOYMENT, deployment)

    def _clean_up(self, rollout: Rollout) -> None:
        """Forget the oldest revisions beyond the limit; 0 forgets them all."""
        kept = rollout.deployment["spec"].get("revisionHistoryLimit", _KEPT)
        oldest_first = sorted(rollout.old, key=revision_of)
        for replicaset in oldest_first[: max(0, len(oldest_first) - kept)]:
            if size(replicaset) == 0 and count(replicaset, "replicas") == 0:
                self._store.delete(REPLICASET, namespace_of(replicaset), name_of(replicaset))


def _was_scaled(rollout: Rollout) -> bool:
    wanted = str(rollout.wanted)
    return any(
        annotations_of(one).get(DESIRED, wanted) != wanted for one in rollout.all if is_active(one)
    )


def _is_late(status: Status) -> bool:
    return reason(status["conditions"], "Progressing") == TIMED_OUT
