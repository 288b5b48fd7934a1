"""Events: what the controllers have to say about an object."""

from sandbox.kubernetes.kinds import EVENT, Kind
from sandbox.kubernetes.objects import Object, name_of, namespace_of, stamp
from sandbox.kubernetes.store import Missing, Store

_PARTS = {"ReplicaSet": "replicaset-controller", "Pod": "kubelet"}


def warn(store: Store, kind: Kind, about: Object, reason: str, message: str) -> None:
    """Told once per object and reason; a repetition raises the count."""
    name = f"{name_of(about)}.{reason.lower()}"
    now = stamp(store.clock())
    try:
        event = store.get(EVENT, namespace_of(about), name)
    except Missing:
        store.create(EVENT, _event(kind, about, name, reason, now) | {"message": message})
        return
    event |= {"count": event["count"] + 1, "lastTimestamp": now, "message": message}
    store.update(EVENT, event)


def _event(kind: Kind, about: Object, name: str, reason: str, now: str) -> Object:
    return {
        "metadata": {"name": name, "namespace": namespace_of(about)},
        "involvedObject": {
            "apiVersion": kind.api_version,
            "kind": kind.name,
            "name": name_of(about),
            "namespace": namespace_of(about),
            "uid": about["metadata"]["uid"],
        },
        "type": "Warning",
        "reason": reason,
        "source": {"component": _PARTS.get(kind.name, "kube-controller-manager")},
        "firstTimestamp": now,
        "lastTimestamp": now,
        "count": 1,
    }
