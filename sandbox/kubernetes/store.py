"""The cluster's objects, with uid, resourceVersion and generation as a real etcd-backed API."""

import secrets
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.kubernetes import statuses
from sandbox.kubernetes.defaults import complete
from sandbox.kubernetes.history import Event, Happened, History
from sandbox.kubernetes.kinds import STORED, Kind
from sandbox.kubernetes.objects import (
    Object,
    carries,
    clone,
    name_of,
    namespace_of,
    part,
    stamp,
)
from sandbox.kubernetes.refusals import Exists, Missing, Rejected, Stale

__all__ = ["Event", "Exists", "Happened", "Missing", "Rejected", "Stale", "Store"]

HISTORY = 5000
SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
SUFFIX_LENGTH = 5
Admission = Callable[[Kind, str, Object], None]
Events = list[Event]
Keys = dict[tuple[str, str], Object]


class Store:
    """Objects are plain dicts; what is given and returned is copied.

    Every method takes `lock`: who reads, decides and writes holds it around all three.
    `admission`: each is called as (kind, "create" | "update" | "delete", object) before a write
    and raises `Rejected` to stop it.
    """

    def __init__(self, *, clock: Callable[[], float] = time.time, history: int = HISTORY) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.admission: list[Admission] = []
        self.history = History(self.lock, history)
        self._objects: dict[Kind, Keys] = {kind: {} for kind in STORED}

    def get(self, kind: Kind, namespace: str, name: str) -> Object:
        with self.lock:
            return clone(self._held(kind, namespace, name))

    def list(
        self,
        kind: Kind,
        namespace: str | None = None,
        *,
        labels: Mapping[str, str] | None = None,
    ) -> list[Object]:
        """Sorted by namespace and name; `namespace` None: all of them."""
        with self.lock:
            return [
                clone(obj)
                for (place, _), obj in sorted(self._objects[kind].items())
                if namespace in {None, place} and carries(obj, labels or {})
            ]

    def create(self, kind: Kind, obj: Object, *, dry: bool = False) -> Object:
        """`dry` returns what would be stored and stores nothing."""
        with self.lock:
            fresh = self._fresh(kind, obj)
            key = (namespace_of(fresh), name_of(fresh))
            if key in self._objects[kind]:
                raise Exists(statuses.already_exists(kind, name_of(fresh)))
            self._admit(kind, "create", fresh)
            if not dry:
                self._store(Happened.ADDED, kind, fresh)
            return clone(fresh)

    def update(self, kind: Kind, obj: Object, *, dry: bool = False) -> Object:
        """All but the status, which has its own door; `Stale` when it was written meanwhile."""
        with self.lock:
            held = self._fresh_enough(kind, obj)
            wanted = clone(obj)
            if kind.has_status:
                _carry(held, wanted, "status")
            return self._write(kind, held, wanted, raises=kind.raises, dry=dry)

    def update_status(self, kind: Kind, obj: Object, *, dry: bool = False) -> Object:
        """Takes the status of `obj`, and its annotations where it has some; generation stays.

        A real server lets annotations through here: that is how a Deployment gets its revision.
        """
        with self.lock:
            held = self._fresh_enough(kind, obj)
            wanted = clone(held)
            _carry(obj, wanted, "status")
            for field in ("managedFields",) if kind.custom else ("managedFields", "annotations"):
                if field in obj["metadata"]:
                    _carry(obj["metadata"], wanted["metadata"], field)
            return self._write(kind, held, wanted, raises=(), dry=dry)

    def delete(self, kind: Kind, namespace: str, name: str, *, dry: bool = False) -> None:
        """At once, whatever grace the object has left."""
        with self.lock:
            held = self._held(kind, namespace, name)
            self._admit(kind, "delete", clone(held))
            if not dry:
                self._store(Happened.DELETED, kind, clone(held))

    @property
    def newest(self) -> int:
        """The resourceVersion of the last change."""
        with self.lock:
            return self.history.newest

    def changes_after(self, resource_version: int) -> Events:
        """In order; raises `Expired` where the history does not reach back that far."""
        return self.history.after(resource_version)

    def wait(self, after: int, timeout: float) -> int:
        """The newest resourceVersion, as soon as it is above `after` or `timeout` s are over."""
        return self.history.wait(after, timeout)

    def _held(self, kind: Kind, namespace: str, name: str) -> Object:
        held = self._objects[kind].get((namespace, name))
        if held is None:
            raise Missing(statuses.not_found(kind, name))
        return held

    def _fresh_enough(self, kind: Kind, obj: Object) -> Object:
        held = self._held(kind, namespace_of(obj), name_of(obj))
        for field in ("resourceVersion", "uid"):
            given = obj["metadata"].get(field)
            if given and given != held["metadata"][field]:
                raise Stale(statuses.conflict(kind, name_of(obj)))
        return held

    def _fresh(self, kind: Kind, obj: Object) -> Object:
        given = clone(obj)
        metadata = given.setdefault("metadata", {})
        if not metadata.get("name") and metadata.get("generateName"):
            metadata["name"] = metadata["generateName"] + _suffix()
        if not kind.namespaced:
            metadata.pop("namespace", None)
        metadata["uid"] = str(uuid.uuid4())
        metadata["creationTimestamp"] = stamp(self.clock())
        metadata.pop("resourceVersion", None)
        metadata.pop("generation", None)
        if kind.raises:
            metadata["generation"] = 1
        complete(kind, given)
        return {"kind": kind.name, "apiVersion": kind.api_version, **given}

    def _write(
        self, kind: Kind, held: Object, wanted: Object, *, raises: tuple[str, ...], dry: bool
    ) -> Object:
        metadata = wanted["metadata"]
        for field in ("uid", "creationTimestamp", "resourceVersion", "generation"):
            _carry(held["metadata"], metadata, field)
        wanted = {"kind": kind.name, "apiVersion": kind.api_version, **wanted}
        complete(kind, wanted)
        if any(part(held, where) != part(wanted, where) for where in raises):
            metadata["generation"] += 1
        self._admit(kind, "update", wanted)
        if not dry and wanted != held:
            self._store(Happened.MODIFIED, kind, wanted)
        return clone(wanted)

    def _store(self, happened: Happened, kind: Kind, obj: Object) -> None:
        key = (namespace_of(obj), name_of(obj))
        version = self.history.next_version()
        obj["metadata"]["resourceVersion"] = str(version)
        before = self._objects[kind].pop(key, None)
        if happened is not Happened.DELETED:
            self._objects[kind][key] = obj
        event = Event(type=happened, kind=kind, object=obj, resource_version=version, before=before)
        self.history.add(event)

    def _admit(self, kind: Kind, verb: str, obj: Object) -> None:
        for hook in self.admission:
            hook(kind, verb, obj)


def _carry(source: dict[str, Any], target: dict[str, Any], field: str) -> None:
    if field in source:
        target[field] = clone(source[field])
    else:
        target.pop(field, None)


def _suffix() -> str:
    return "".join(secrets.choice(SUFFIX_LETTERS) for _ in range(SUFFIX_LENGTH))
