"""ResourceQuota: keeps count of what pods use, and lets no pod in that would exceed it."""

from collections.abc import Iterable

from sandbox.kubernetes.controllers.controller import Key
from sandbox.kubernetes.controllers.scopes import counts
from sandbox.kubernetes.controllers.usage import asked, hard, listed, unset, used, words
from sandbox.kubernetes.history import Event
from sandbox.kubernetes.kinds import POD, QUOTA, Kind
from sandbox.kubernetes.objects import Object, name_of, namespace_of
from sandbox.kubernetes.statuses import forbidden
from sandbox.kubernetes.store import Missing, Rejected, Store


class Quotas:
    def __init__(self, store: Store) -> None:
        self._store = store

    def touched(self, event: Event) -> Iterable[Key]:
        namespace = namespace_of(event.object)
        if event.kind is QUOTA:
            yield Key(namespace, name_of(event.object))
        elif event.kind is POD:
            for quota in self._store.list(QUOTA, namespace):
                yield Key(namespace, name_of(quota))

    def sync(self, key: Key) -> float | None:
        try:
            quota = self._store.get(QUOTA, *key)
        except Missing:
            return None
        count = used(_counted(quota, self._store.list(POD, key.namespace)), hard(quota))
        quota["status"] = {"hard": dict(quota["spec"].get("hard", {})), "used": words(count)}
        self._store.update_status(QUOTA, quota)
        return None

    def admit(self, kind: Kind, verb: str, pod: Object) -> None:
        """An admission hook of the store; raises Rejected in the API server's words."""
        if kind is not POD or verb != "create":
            return
        namespace = namespace_of(pod)
        for quota in self._store.list(QUOTA, namespace):
            if not counts(quota, pod):
                continue
            if why := _refusal(quota, pod, _counted(quota, self._store.list(POD, namespace))):
                raise Rejected(forbidden(POD, name_of(pod), why))


def _counted(quota: Object, pods: list[Object]) -> list[Object]:
    return [pod for pod in pods if counts(quota, pod)]


def _refusal(quota: Object, pod: Object, pods: list[Object]) -> str:
    limits = hard(quota)
    if nameless := unset(pod, limits):
        containers = ",".join(one["name"] for one in pod["spec"]["containers"])
        lacking = "; ".join(f"{name} for: {containers}" for name in nameless)
        return f"failed quota: {name_of(quota)}: must specify {lacking}"
    wanted, taken = asked(pod, limits), used(pods, limits)
    over = sorted(name for name in limits if taken[name] + wanted[name] > limits[name])
    if not over:
        return ""
    return (
        f"exceeded quota: {name_of(quota)}, "
        f"requested: {listed({name: wanted[name] for name in over})}, "
        f"used: {listed({name: taken[name] for name in over})}, "
        f"limited: {listed({name: limits[name] for name in over})}"
    )
