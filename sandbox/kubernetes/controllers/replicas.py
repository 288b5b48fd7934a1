"""The ReplicaSets of one Deployment: made, sized, emptied."""

from collections.abc import Mapping

from sandbox.kubernetes.controllers.conditions import condition, found, placed
from sandbox.kubernetes.controllers.deployment_status import Rollout, count, size
from sandbox.kubernetes.controllers.ownership import reference
from sandbox.kubernetes.controllers.revision import (
    DESIRED,
    MOST,
    REVISION,
    annotations_of,
    as_newest,
    next_revision,
)
from sandbox.kubernetes.controllers.rollout import (
    Counted,
    limits,
    new_size,
    old_sizes,
    proportional,
)
from sandbox.kubernetes.controllers.template import HASH_LABEL, template_hash, with_hash
from sandbox.kubernetes.kinds import DEPLOYMENT, REPLICASET
from sandbox.kubernetes.objects import Object, name_of, namespace_of, stamp
from sandbox.kubernetes.store import Store


class Replicas:
    def __init__(self, store: Store) -> None:
        self._store = store

    def ensure_new(self, rollout: Rollout) -> bool:
        """Make or renumber the ReplicaSet of the Deployment's template; raises Exists.

        Whether the Deployment was told so: then its status is stale for this time.
        """
        deployment, new = rollout.deployment, rollout.new
        revision = next_revision(rollout.old)
        if new is None:
            new = self._store.create(REPLICASET, _fresh(rollout, revision))
            self._say(deployment, new, "NewReplicaSetCreated", "Created new replica set")
            return True
        become = as_newest(annotations_of(new), annotations_of(deployment), revision)
        ripe_after = deployment["spec"].get("minReadySeconds", 0)
        if become != annotations_of(new) or ripe_after != new["spec"].get("minReadySeconds", 0):
            new["metadata"]["annotations"] = become
            if ripe_after:
                new["spec"]["minReadySeconds"] = ripe_after
            else:
                new["spec"].pop("minReadySeconds", None)
            new = self._store.update(REPLICASET, new)
        conditions = (deployment.get("status") or {}).get("conditions", ())
        unsaid = found(conditions, "Progressing") is None
        if not unsaid and annotations_of(deployment).get(REVISION) == become[REVISION]:
            return False
        self._say(deployment, new, "FoundNewReplicaSet" if unsaid else "", "Found new replica set")
        return True

    def grow_new(self, rollout: Rollout) -> bool:
        """Whether the newest was resized: the old ones wait until that shows."""
        if rollout.new is None:
            return False
        bounds = limits(rollout.deployment["spec"])
        wanted = new_size(_seen(rollout.new), [_seen(one) for one in rollout.old], bounds)
        if wanted == size(rollout.new):
            return False
        self._resize(rollout, rollout.new, wanted)
        return True

    def fill_new(self, rollout: Rollout) -> None:
        if rollout.new is not None and size(rollout.new) != rollout.wanted:
            self._resize(rollout, rollout.new, rollout.wanted)

    def shrink_old(self, rollout: Rollout) -> None:
        if rollout.new is None:
            return
        bounds = limits(rollout.deployment["spec"])
        active = [one for one in rollout.old if is_active(one)]
        sizes = old_sizes(_seen(rollout.new), [_seen(one) for one in active], bounds)
        self._resize_all(rollout, sizes)

    def empty_old(self, rollout: Rollout) -> bool:
        """Whether old pods are still there, terminating ones too."""
        active = [one for one in rollout.old if is_active(one)]
        self._resize_all(rollout, {name_of(one): 0 for one in active})
        fields = ("replicas", "terminatingReplicas")
        return any(count(one, field) for one in rollout.old for field in fields)

    def scale(self, rollout: Rollout) -> None:
        """Bring the Deployment's new size to its ReplicaSets, in the middle of a rollout too."""
        active = [one for one in rollout.all if is_active(one)]
        if len(active) <= 1:
            for one in (active or rollout.all)[-1:]:
                self._resize(rollout, one, rollout.wanted)
            return
        bounds = limits(rollout.deployment["spec"])
        active.sort(key=size, reverse=True)
        if rollout.new is not None and _is_saturated(rollout, rollout.new):
            sizes = {name_of(one): 0 for one in rollout.old if is_active(one)}
        else:
            sizes = proportional([_seen(one) for one in active], bounds)
        self._resize_all(rollout, {name_of(one): size(one) for one in active} | sizes)

    def _resize_all(self, rollout: Rollout, sizes: Mapping[str, int]) -> None:
        for one in rollout.all:
            if name_of(one) in sizes:
                self._resize(rollout, one, sizes[name_of(one)])

    def _resize(self, rollout: Rollout, replicaset: Object, wanted: int) -> None:
        replicaset["spec"]["replicas"] = wanted
        replicaset["metadata"]["annotations"] = annotations_of(replicaset) | _sizes(rollout)
        self._store.update(REPLICASET, replicaset)

    def _say(self, deployment: Object, new: Object, reason: str, words: str) -> None:
        """The Deployment's revision, and why it moved; this moves no generation."""
        annotations = annotations_of(deployment) | {REVISION: annotations_of(new)[REVISION]}
        deployment["metadata"]["annotations"] = annotations
        status = deployment.get("status") or {}
        conditions = status.get("conditions", [])
        if reason:
            said = ("Progressing", "True", reason, f'{words} "{name_of(new)}"')
            conditions = placed(conditions, condition(*said, now=stamp(self._store.clock())))
        deployment["status"] = status | {"conditions": conditions}
        self._store.update_status(DEPLOYMENT, deployment)


def is_active(replicaset: Object) -> bool:
    return size(replicaset) > 0


def _seen(replicaset: Object) -> Counted:
    return Counted(
        name=name_of(replicaset),
        size=size(replicaset),
        available=count(replicaset, "availableReplicas"),
    )


def _is_saturated(rollout: Rollout, new: Object) -> bool:
    return rollout.wanted == size(new) == count(new, "availableReplicas")


def _sizes(rollout: Rollout) -> dict[str, str]:
    bounds = limits(rollout.deployment["spec"])
    return {DESIRED: str(bounds.wanted), MOST: str(bounds.wanted + bounds.surge)}


def _fresh(rollout: Rollout, revision: int) -> Object:
    deployment = rollout.deployment
    spec = deployment["spec"]
    hash_ = template_hash(spec["template"])
    template = with_hash(spec["template"], hash_)
    none_yet = Counted(name="", size=0, available=0)
    first = new_size(none_yet, [_seen(one) for one in rollout.old], limits(spec))
    ripe_after = spec.get("minReadySeconds", 0)
    return {
        "metadata": {
            "name": f"{name_of(deployment)}-{hash_}",
            "namespace": namespace_of(deployment),
            "labels": template["metadata"]["labels"],
            "annotations": as_newest({}, annotations_of(deployment), revision) | _sizes(rollout),
            "ownerReferences": [reference(DEPLOYMENT, deployment)],
        },
        "spec": {
            "replicas": first,
            **({"minReadySeconds": ripe_after} if ripe_after else {}),
            "selector": {
                "matchLabels": spec["selector"].get("matchLabels", {}) | {HASH_LABEL: hash_}
            },
            "template": template,
        },
    }
