"""GET of one object and of many."""

from typing import Any

from sandbox.kubernetes.api.answer import Answer
from sandbox.kubernetes.api.ask import Ask
from sandbox.kubernetes.api.chosen import chosen
from sandbox.kubernetes.api.complaints import bad_request
from sandbox.kubernetes.api.pages import Pages, Snapshot
from sandbox.kubernetes.kinds import Kind
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.refusals import Rejected
from sandbox.kubernetes.statuses import failure
from sandbox.kubernetes.store import Store


class Reading:
    def __init__(self, store: Store) -> None:
        self.pages = Pages()
        self._store = store

    def one(self, ask: Ask, kind: Kind) -> Answer:
        return Answer(body=self._store.get(kind, ask.place, ask.name))

    def many(self, ask: Ask, kind: Kind) -> Answer:
        limit = _number(ask, "limit")
        token = ask.query.get("continue", "")
        snapshot = self.pages.rest(token) if token else self._snapshot(ask, kind)
        items, left = snapshot.items, []
        if limit:
            items, left = items[:limit], items[limit:]
        metadata: dict[str, Any] = {"resourceVersion": str(snapshot.version)}
        if left:
            metadata["continue"] = self.pages.keep(Snapshot(items=left, version=snapshot.version))
            metadata["remainingItemCount"] = len(left)
        body = {"kind": f"{kind.name}List", "apiVersion": kind.api_version, "metadata": metadata}
        return Answer(body=body | {"items": [_listed(kind, obj) for obj in items]})

    def _snapshot(self, ask: Ask, kind: Kind) -> Snapshot:
        fits = chosen(ask, kind)
        asked = _number(ask, "resourceVersion")
        with self._store.lock:
            newest = self._store.newest
            if asked > newest:
                raise Rejected(_from_the_future(asked, newest))
            items = [obj for obj in self._store.list(kind, ask.place or None) if fits(obj)]
        return Snapshot(items=items, version=newest)


def _listed(kind: Kind, obj: Object) -> Object:
    """Lists of built-in kinds leave out what the list says already."""
    if kind.custom:
        return obj
    return {key: value for key, value in obj.items() if key not in {"kind", "apiVersion"}}


def _number(ask: Ask, field: str) -> int:
    text = ask.query.get(field, "") or "0"
    if not text.isdecimal():
        raise bad_request(f'Invalid value: "{text}": {field} is no number')
    return int(text)


def _from_the_future(asked: int, newest: int) -> dict[str, Any]:
    message = f"Too large resource version: {asked}, current: {newest}"
    causes = [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]
    return failure(504, "Timeout", message, {"causes": causes, "retryAfterSeconds": 1})
