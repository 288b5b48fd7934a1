"""POST, PUT and PATCH of objects and of their status."""

from sandbox.kubernetes.api.admission import Policies
from sandbox.kubernetes.api.answer import Answer
from sandbox.kubernetes.api.body import decoded, read_object, typed
from sandbox.kubernetes.api.managers import Signature, sign, signature
from sandbox.kubernetes.api.patching import patched, read_patch
from sandbox.kubernetes.api.settling import settle, settle_new
from sandbox.kubernetes.api.write import Write
from sandbox.kubernetes.defaults import complete
from sandbox.kubernetes.kinds import NAMESPACE, STATUS
from sandbox.kubernetes.objects import Object, stamp
from sandbox.kubernetes.schema import Schema
from sandbox.kubernetes.store import Store
from sandbox.kubernetes.validation import check

CREATED = 201


class Writing:
    def __init__(self, store: Store, schema: Schema, policies: Policies) -> None:
        self._store = store
        self._schema = schema
        self._policies = policies

    def create(self, write: Write) -> Answer:
        ask, kind = write.ask, write.kind
        given = typed(kind, read_object(ask))
        obj, warnings = decoded(self._schema, kind, given, write.options)
        obj = settle_new(kind, obj, ask.place)
        with self._store.lock:
            if kind.namespaced:
                self._store.get(NAMESPACE, "", ask.place)
            fresh = self._store.create(kind, obj, dry=True)
            check(kind, fresh)
            sign(kind, fresh, None, self._signature(write))
            self._policies.admit(write.review(new=fresh, old=None))
            if write.options.dry:
                return Answer(body=fresh, code=CREATED, warnings=warnings)
            for field in ("name", "managedFields"):
                obj["metadata"][field] = fresh["metadata"][field]
            saved = self._store.create(kind, obj)
        return Answer(body=saved, code=CREATED, warnings=warnings, changed=True)

    def replace(self, write: Write) -> Answer:
        ask, kind = write.ask, write.kind
        given = typed(kind, read_object(ask))
        obj, warnings = decoded(self._schema, kind, given, write.options)
        with self._store.lock:
            held = self._store.get(kind, ask.place, ask.name)
            return self.save(write, held, obj, warnings)

    def patch(self, write: Write) -> Answer:
        ask, kind = write.ask, write.kind
        patch = read_patch(ask, custom=kind.custom)
        with self._store.lock:
            held = self._store.get(kind, ask.place, ask.name)
            wanted = typed(kind, patched(ask, held, patch))
            obj, warnings = decoded(self._schema, kind, wanted, write.options, patch=patch)
            return self.save(write, held, obj, warnings)

    def save(
        self, write: Write, held: Object, obj: Object, warnings: tuple[str, ...] = ()
    ) -> Answer:
        """Checks, admits and stores `obj` in the place of `held`; the caller holds the lock."""
        kind = write.kind
        obj = settle(kind, obj, held)
        of_status = write.ask.subresource == STATUS
        if not of_status:
            complete(kind, obj)
            check(kind, obj, held)
        store = self._store.update_status if of_status else self._store.update
        wanted = store(kind, obj, dry=True)
        sign(kind, wanted, held, self._signature(write))
        shown = store(kind, wanted, dry=True)
        self._policies.admit(write.review(new=shown, old=held))
        saved = shown if write.options.dry else store(kind, wanted)
        changed = saved["metadata"]["resourceVersion"] != held["metadata"]["resourceVersion"]
        return Answer(body=saved, warnings=warnings, changed=changed)

    def _signature(self, write: Write) -> Signature:
        return signature(write.ask, stamp(self._store.clock()))
