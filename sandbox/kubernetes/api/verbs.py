"""Which part of the server answers which verb on which subresource."""

from collections.abc import Callable

from sandbox.kubernetes.access.reviews import reviewed
from sandbox.kubernetes.access.rules import Token
from sandbox.kubernetes.api.admission import Policies
from sandbox.kubernetes.api.answer import Answer
from sandbox.kubernetes.api.ask import Ask
from sandbox.kubernetes.api.body import read_object, typed
from sandbox.kubernetes.api.complaints import no_such_method, no_such_resource
from sandbox.kubernetes.api.deleting import Deleting
from sandbox.kubernetes.api.eviction import Evictions
from sandbox.kubernetes.api.reading import Reading
from sandbox.kubernetes.api.scale import Scaling
from sandbox.kubernetes.api.write import Write, read_write
from sandbox.kubernetes.api.writing import CREATED, Writing
from sandbox.kubernetes.kinds import EVICTION, REVIEWS, SCALE, STATUS, Kind
from sandbox.kubernetes.schema import Schema
from sandbox.kubernetes.store import Store

Place = tuple[str, str]
Reads = dict[Place, Callable[[Ask, Kind], Answer]]
Writes = dict[Place, Callable[[Write], Answer]]


class Verbs:
    def __init__(self, store: Store, schema: Schema, policies: Policies) -> None:
        self.reading = Reading(store)
        writing = Writing(store, schema, policies)
        deleting = Deleting(store, policies)
        scaling = Scaling(store, writing)
        self._reads: Reads = {
            ("", "get"): self.reading.one,
            ("", "list"): self.reading.many,
            (STATUS, "get"): self.reading.one,
            (SCALE, "get"): scaling.read,
        }
        self._writes: Writes = {
            ("", "create"): writing.create,
            ("", "update"): writing.replace,
            ("", "patch"): writing.patch,
            ("", "delete"): deleting.one,
            ("", "deletecollection"): deleting.many,
            (STATUS, "update"): writing.replace,
            (STATUS, "patch"): writing.patch,
            (SCALE, "update"): scaling.write,
            (SCALE, "patch"): scaling.write,
            (EVICTION, "create"): Evictions(store, deleting, policies).evict,
        }

    def answer(self, ask: Ask, kind: Kind, user: Token) -> Answer:
        """Raises `Rejected`."""
        if kind in REVIEWS:
            return _review(ask, kind, user)
        if ask.subresource and ask.subresource not in kind.subresources:
            raise no_such_resource()
        place = (ask.subresource, ask.verb)
        if place in self._reads:
            return self._reads[place](ask, kind)
        nowhere = ask.verb == "create" and kind.namespaced and not ask.namespace
        if place not in self._writes or nowhere:
            raise no_such_method()
        return self._writes[place](read_write(ask, kind, user))


def _review(ask: Ask, kind: Kind, user: Token) -> Answer:
    if ask.verb != "create":
        raise no_such_method()
    return Answer(body=reviewed(kind, user, typed(kind, read_object(ask))), code=CREATED)
