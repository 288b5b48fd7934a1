"""Deletion as it is: an object is marked, and gone when whoever runs it is done with it."""

from typing import Any

from sandbox.kubernetes.kinds import Kind
from sandbox.kubernetes.objects import Object, stamp
from sandbox.kubernetes.store import Store

_USUAL_GRACE = 30


def is_terminating(thing: Object) -> bool:
    return "deletionTimestamp" in thing["metadata"]


def terminate(store: Store, kind: Kind, thing: Object, *, grace: int | None = None) -> None:
    """Mark a pod for deletion; `grace` in seconds, else its own. Once marked it stays so."""
    if is_terminating(thing):
        return
    if grace is None:
        grace = int(thing["spec"].get("terminationGracePeriodSeconds", _USUAL_GRACE))
    metadata: dict[str, Any] = thing["metadata"]
    metadata["deletionTimestamp"] = stamp(store.clock() + grace)
    metadata["deletionGracePeriodSeconds"] = grace
    store.update(kind, thing)
