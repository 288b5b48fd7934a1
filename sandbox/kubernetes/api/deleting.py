"""DELETE of one object or of many; what belonged to them is the garbage collector's work."""

import json
from typing import Any

from sandbox.kubernetes.api.admission import Policies
from sandbox.kubernetes.api.answer import Answer
from sandbox.kubernetes.api.ask import Ask
from sandbox.kubernetes.api.chosen import chosen
from sandbox.kubernetes.api.complaints import bad_request
from sandbox.kubernetes.api.write import Write
from sandbox.kubernetes.controllers.deletion import is_terminating, terminate
from sandbox.kubernetes.kinds import NAMESPACE, POD, STORED, Kind
from sandbox.kubernetes.objects import Object, name_of, namespace_of, stamp
from sandbox.kubernetes.refusals import Stale
from sandbox.kubernetes.statuses import failure
from sandbox.kubernetes.store import Store


class Deleting:
    def __init__(self, store: Store, policies: Policies) -> None:
        self._store = store
        self._policies = policies

    def one(self, write: Write) -> Answer:
        ask, kind = write.ask, write.kind
        options = _options(ask)
        with self._store.lock:
            held = self._store.get(kind, ask.place, ask.name)
            _meets(kind, held, options.get("preconditions") or {})
            self._policies.admit(write.review(new=None, old=held))
            if write.options.dry or "All" in (options.get("dryRun") or ()):
                return Answer(body=_success(kind, held))
            if options.get("propagationPolicy") == "Orphan":
                self._let_go(kind, held)
            marked = self.remove(kind, held, _grace(options))
        return Answer(body=marked or _success(kind, held), changed=True)

    def many(self, write: Write) -> Answer:
        kind = write.kind
        fits = chosen(write.ask, kind)
        options = _options(write.ask)
        with self._store.lock:
            found = [obj for obj in self._store.list(kind, write.ask.place or None) if fits(obj)]
            for obj in found:
                self._policies.admit(write.review(new=None, old=obj))
            for obj in () if write.options.dry else found:
                self.remove(kind, obj, _grace(options))
            version = str(self._store.newest)
        body = {
            "kind": f"{kind.name}List",
            "apiVersion": kind.api_version,
            "metadata": {"resourceVersion": version},
            "items": found,
        }
        return Answer(body=body, changed=bool(found) and not write.options.dry)

    def remove(self, kind: Kind, obj: Object, grace: int | None) -> Object | None:
        """A running pod is marked and returned: its node takes it away after `grace` seconds."""
        if kind is NAMESPACE:
            return self._dissolve(obj)
        runs = kind is POD and obj["spec"].get("nodeName")
        if not runs or grace == 0:
            self._store.delete(kind, namespace_of(obj), name_of(obj))
            return obj if kind is POD else None
        if not is_terminating(obj):
            terminate(self._store, kind, obj, grace=grace)
        return self._store.get(kind, namespace_of(obj), name_of(obj))

    def _dissolve(self, namespace: Object) -> Object:
        """All that is in it goes first, and at once."""
        for kind in STORED:
            for obj in self._store.list(kind, name_of(namespace)) if kind.namespaced else ():
                self._store.delete(kind, namespace_of(obj), name_of(obj))
        self._store.delete(NAMESPACE, "", name_of(namespace))
        namespace["metadata"]["deletionTimestamp"] = stamp(self._store.clock())
        namespace["status"]["phase"] = "Terminating"
        return namespace

    def _let_go(self, kind: Kind, owner: Object) -> None:
        uid = owner["metadata"]["uid"]
        for other in STORED:
            for obj in self._store.list(other, namespace_of(owner)):
                owners = obj["metadata"].get("ownerReferences") or []
                if any(each["uid"] == uid for each in owners):
                    kept = [each for each in owners if each["uid"] != uid]
                    obj["metadata"]["ownerReferences"] = kept
                    self._store.update(other, obj)


def _options(ask: Ask) -> dict[str, Any]:
    """Of the body; the query counts only where there is no body, as on the real server."""
    if ask.call.body:
        try:
            found = json.loads(ask.call.body)
        except ValueError as error:
            raise bad_request(f"couldn't read DeleteOptions: {error}") from error
        if not isinstance(found, dict):
            raise bad_request("couldn't read DeleteOptions: the body is no object")
        return found
    options: dict[str, Any] = {}
    if ask.query.get("gracePeriodSeconds", "").isdecimal():
        options["gracePeriodSeconds"] = int(ask.query["gracePeriodSeconds"])
    if "propagationPolicy" in ask.query:
        options["propagationPolicy"] = ask.query["propagationPolicy"]
    return options


def _grace(options: dict[str, Any]) -> int | None:
    seconds = options.get("gracePeriodSeconds")
    return seconds if isinstance(seconds, int) else None


def _meets(kind: Kind, held: Object, preconditions: dict[str, str]) -> None:
    for field, title in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
        wanted, has = preconditions.get(field), held["metadata"][field]
        if wanted and wanted != has:
            message = (
                f'Operation cannot be fulfilled on {kind.resource} "{name_of(held)}": Precondition '
                f"failed: {title} in precondition: {wanted}, {title} in object meta: {has}"
            )
            raise Stale(failure(409, "Conflict", message, _details(kind, held)))


def _success(kind: Kind, held: Object) -> dict[str, Any]:
    details = _details(kind, held) | {"uid": held["metadata"]["uid"]}
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": details,
    }


def _details(kind: Kind, held: Object) -> dict[str, str]:
    group = {"group": kind.group} if kind.group else {}
    return {"name": name_of(held), **group, "kind": kind.plural}
