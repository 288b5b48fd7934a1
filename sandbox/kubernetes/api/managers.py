"""Writes down in metadata.managedFields which client wrote which fields of an object."""

from dataclasses import dataclass
from typing import Any

from sandbox.kubernetes.api import field_tree
from sandbox.kubernetes.api.ask import Ask
from sandbox.kubernetes.kinds import SERVICE, Kind
from sandbox.kubernetes.objects import Object, clone
from sandbox.kubernetes.zero import zero

_LONGEST = 128
_FACTS = {
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "name",
    "namespace",
    "resourceVersion",
    "uid",
}
_ALLOCATED = {SERVICE: {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"}}
Entry = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who writes, through which door and when; controllers do not sign."""

    manager: str
    subresource: str
    time: str

    def owns(self, entry: Entry) -> bool:
        mine = (self.manager, "Update", self.subresource)
        return (entry["manager"], entry["operation"], entry.get("subresource", "")) == mine


def signature(ask: Ask, time: str) -> Signature:
    """Without a fieldManager the first word of the User-Agent signs."""
    named = ask.query.get("fieldManager", "") or ask.call.agent.partition("/")[0]
    return Signature(manager=named[:_LONGEST] or "unknown", subresource=ask.subresource, time=time)


def sign(kind: Kind, obj: Object, before: Object | None, by: Signature) -> None:
    """Puts managedFields into `obj`; what it writes as before keeps its owner."""
    held = clone((before or {"metadata": {}})["metadata"].get("managedFields") or [])
    old, new = _signed(kind, before or {"spec": {}} | zero(kind, 0)), _signed(kind, obj)
    written = field_tree.changed(old, new)
    lost = field_tree.joined(field_tree.gone(old, new), written)
    obj["metadata"].pop("managedFields", None)
    if not lost:
        entries = held
    else:
        mine: field_tree.Tree = next((entry["fieldsV1"] for entry in held if by.owns(entry)), {})
        rest = field_tree.without(mine, field_tree.gone(old, new))
        others = [_less(entry, lost) for entry in held if not by.owns(entry)]
        own = _entry(kind, by, field_tree.joined(rest, written))
        entries = [entry for entry in (*others, own) if entry["fieldsV1"]]
    if entries:
        obj["metadata"]["managedFields"] = entries


def _signed(kind: Kind, obj: Object) -> Object:
    """The parts of an object that somebody can own."""
    skipped = {"spec": _ALLOCATED.get(kind, set()), "metadata": _FACTS}
    return {
        part: {key: each for key, each in value.items() if key not in skipped.get(part, ())}
        if isinstance(value, dict)
        else value
        for part, value in obj.items()
        if part not in {"kind", "apiVersion"}
    }


def _less(entry: Entry, lost: field_tree.Tree) -> Entry:
    return entry | {"fieldsV1": field_tree.without(entry["fieldsV1"], lost)}


def _entry(kind: Kind, by: Signature, fields: field_tree.Tree) -> Entry:
    entry: Entry = {
        "manager": by.manager,
        "operation": "Update",
        "apiVersion": kind.api_version,
        "time": by.time,
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
    }
    return entry | ({"subresource": by.subresource} if by.subresource else {})
