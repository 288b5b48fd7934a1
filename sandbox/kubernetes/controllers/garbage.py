"""The garbage collector: what belonged to an object goes when the object has gone."""

from collections.abc import Iterable, Iterator

from sandbox.kubernetes.controllers.controller import Key
from sandbox.kubernetes.controllers.deletion import terminate
from sandbox.kubernetes.controllers.ownership import controller_of
from sandbox.kubernetes.history import Event, Happened
from sandbox.kubernetes.kinds import DEPLOYMENT, ENDPOINTSLICE, POD, REPLICASET, SERVICE, Kind
from sandbox.kubernetes.objects import Object, name_of, namespace_of
from sandbox.kubernetes.store import Store

_KEPT_BY = {DEPLOYMENT: REPLICASET, REPLICASET: POD, SERVICE: ENDPOINTSLICE}


class Garbage:
    """A key's name is the uid of an owner that may be gone."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def touched(self, event: Event) -> Iterable[Key]:
        if event.type is Happened.DELETED and event.kind in _KEPT_BY:
            yield Key(namespace_of(event.object), event.object["metadata"]["uid"])

    def sync(self, key: Key) -> float | None:
        for kind, orphan in list(self._orphans(key)):
            if kind is POD:
                terminate(self._store, kind, orphan)
            else:
                self._store.delete(kind, key.namespace, name_of(orphan))
        return None

    def _orphans(self, key: Key) -> Iterator[tuple[Kind, Object]]:
        for kind in _KEPT_BY.values():
            for thing in self._store.list(kind, key.namespace):
                owner = controller_of(thing)
                if owner is not None and owner["uid"] == key.name:
                    yield kind, thing
