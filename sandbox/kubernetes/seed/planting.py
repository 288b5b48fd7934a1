"""Puts objects into the store as if they had been there for a while."""

from collections.abc import Sequence

from sandbox.kubernetes import defaults
from sandbox.kubernetes.controllers.ownership import reference
from sandbox.kubernetes.controllers.revision import DESIRED, MOST, REVISION
from sandbox.kubernetes.controllers.rollout import limits
from sandbox.kubernetes.controllers.template import HASH_LABEL, template_hash, with_hash
from sandbox.kubernetes.kinds import DEPLOYMENT, REPLICASET, Kind
from sandbox.kubernetes.objects import Object, clone, name_of, namespace_of
from sandbox.kubernetes.store import Store

_DAY = 86_400.0


def plant(store: Store, kind: Kind, obj: Object, *, days_ago: float = 0.0) -> Object:
    """Completed as the API server would, and with the creation time of that day."""
    planted = clone(obj)
    defaults.complete(kind, planted)
    with store.lock:
        clock = store.clock
        store.clock = lambda: clock() - days_ago * _DAY
        try:
            return store.create(kind, planted)
        finally:
            store.clock = clock


def plant_history(store: Store, deployments: Sequence[Object], days_ago: Sequence[float]) -> Object:
    """One Deployment and a ReplicaSet for each template it has had, oldest first.

    The last one runs; the controllers take it from there.
    """
    with store.lock:
        newest = clone(deployments[-1])
        notes = newest["metadata"].setdefault("annotations", {})
        notes[REVISION] = str(len(deployments))
        planted = plant(store, DEPLOYMENT, newest, days_ago=days_ago[0])
        revisions = zip(deployments, days_ago, strict=True)
        for number, (deployment, days) in enumerate(revisions, start=1):
            completed = clone(deployment)
            defaults.complete(DEPLOYMENT, completed)
            live = number == len(deployments)
            replicaset = _replicaset(planted, completed["spec"], revision=number, live=live)
            plant(store, REPLICASET, replicaset, days_ago=days)
        return planted


def _replicaset(owner: Object, spec: Object, *, revision: int, live: bool) -> Object:
    hash_ = template_hash(spec["template"])
    bounds = limits(spec)
    template = with_hash(spec["template"], hash_)
    return {
        "metadata": {
            "name": f"{name_of(owner)}-{hash_}",
            "namespace": namespace_of(owner),
            "labels": clone(template["metadata"]["labels"]),
            "annotations": {
                DESIRED: str(bounds.wanted),
                MOST: str(bounds.wanted + bounds.surge),
                REVISION: str(revision),
            },
            "ownerReferences": [reference(DEPLOYMENT, owner)],
        },
        "spec": {
            "replicas": bounds.wanted if live else 0,
            "selector": {"matchLabels": spec["selector"]["matchLabels"] | {HASH_LABEL: hash_}},
            "template": template,
        },
    }
