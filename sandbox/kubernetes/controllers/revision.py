"""Revision numbers, which move: a ReplicaSet that is rolled back to becomes the newest."""

from collections.abc import Iterable, Mapping
from typing import Any

_PREFIX = "deployment.kubernetes.io/"
REVISION = f"{_PREFIX}revision"
HISTORY = f"{_PREFIX}revision-history"
DESIRED = f"{_PREFIX}desired-replicas"
MOST = f"{_PREFIX}max-replicas"
_NOT_COPIED = {
    "kubectl.kubernetes.io/last-applied-configuration",
    "deprecated.deployment.rollback.to",
    REVISION,
    HISTORY,
    DESIRED,
    MOST,
}

Annotations = dict[str, str]


def annotations_of(thing: Mapping[str, Any]) -> Annotations:
    return dict(thing["metadata"].get("annotations") or {})


def revision_of(thing: Mapping[str, Any]) -> int:
    return int(annotations_of(thing).get(REVISION, "0"))


def next_revision(older: Iterable[Mapping[str, Any]]) -> int:
    return max((revision_of(one) for one in older), default=0) + 1


def as_newest(held: Annotations, deployment: Annotations, revision: int) -> Annotations:
    """What the annotations of the newest ReplicaSet become; `held` are those it has."""
    copied = {name: text for name, text in deployment.items() if name not in _NOT_COPIED}
    become = {**held, **copied}
    before = held.get(REVISION)
    if before is not None and int(before) >= revision:
        return become
    become[REVISION] = str(revision)
    if before is not None:
        become[HISTORY] = ",".join(filter(None, (held.get(HISTORY), before)))
    return become
