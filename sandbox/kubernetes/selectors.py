"""Label and field selectors, as they stand in a query or in an object."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.kubernetes.kinds import Kind
from sandbox.kubernetes.objects import Object, labels_of, part

Labels = Mapping[str, str]
Matches = Callable[[Object], bool]

_COMMA = re.compile(r",(?![^(]*\))")
_SET = re.compile(r"(\S+)\s+(in|notin)\s*\(([^()]*)\)")
_EQUAL = re.compile(r"([^=!\s]+)\s*(==|=|!=)\s*([^=!\s]*)")
_NAME = re.compile(r"(!?)\s*([A-Za-z0-9][-A-Za-z0-9_./]*)")
_FIELD = re.compile(r"([^=!]+)(==|=|!=)(.*)")

_EVERYWHERE = {"metadata.name", "metadata.namespace"}
_FIELDS = {
    "pods": {
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "status.phase",
        "status.podIP",
        "status.nominatedNodeName",
    },
    "events": {
        "involvedObject.kind",
        "involvedObject.namespace",
        "involvedObject.name",
        "involvedObject.uid",
        "reason",
        "type",
    },
    "namespaces": {"status.phase"},
    "nodes": {"spec.unschedulable"},
    "replicasets": {"status.replicas"},
    "secrets": {"type"},
    "services": {"spec.clusterIP", "spec.type"},
}


class Unparsable(Exception):
    """The selector is none."""


def by_labels(text: str) -> Matches:
    """Equality, `in`, `notin`, `key` and `!key`, separated by commas."""
    tests = [_requirement(each.strip()) for each in _COMMA.split(text) if text.strip()]
    return lambda obj: all(test(labels_of(obj)) for test in tests)


def by_fields(text: str, kind: Kind) -> Matches:
    supported = _EVERYWHERE | (set() if kind.custom else _FIELDS.get(kind.plural, set()))
    tests = []
    for field, sign, value in _fields(text):
        if field not in supported:
            raise Unparsable(f"field label not supported: {field}")
        tests.append((field, sign != "!=", value))
    return lambda obj: all(
        (_text(part(obj, field)) == value) is equal for field, equal, value in tests
    )


def single_name(text: str) -> str:
    """The name that a field selector asks for and nothing else; empty where it asks for more."""
    try:
        fields = _fields(text)
    except Unparsable:
        return ""
    names = [value for field, sign, value in fields if field == "metadata.name" and sign != "!="]
    return names[0] if len(names) == 1 else ""


def selects(selector: Mapping[str, Any] | None, labels: Labels) -> bool:
    """A selector object: matchLabels and matchExpressions; empty takes all, None nothing."""
    if selector is None:
        return False
    wanted = selector.get("matchLabels") or {}
    return all(labels.get(name) == value for name, value in wanted.items()) and all(
        _expression(each, labels) for each in selector.get("matchExpressions") or ()
    )


def written(selector: Mapping[str, Any]) -> str:
    """A selector object as it stands in a query, which is how Scale shows it."""
    parts = [f"{name}={value}" for name, value in (selector.get("matchLabels") or {}).items()]
    for each in selector.get("matchExpressions") or ():
        values = ",".join(sorted(each.get("values") or ()))
        words = {
            "In": f"{each['key']} in ({values})",
            "NotIn": f"{each['key']} notin ({values})",
            "Exists": each["key"],
            "DoesNotExist": f"!{each['key']}",
        }
        parts.append(words[each["operator"]])
    return ",".join(sorted(parts))


def _expression(each: Mapping[str, Any], labels: Labels) -> bool:
    has, values = labels.get(each["key"]), each.get("values") or ()
    return {
        "In": has in values,
        "NotIn": has not in values,
        "Exists": has is not None,
        "DoesNotExist": has is None,
    }[each["operator"]]


def _requirement(text: str) -> Callable[[Labels], bool]:
    if found := _SET.fullmatch(text):
        key, word, listed = found.groups()
        values = {value.strip() for value in listed.split(",")}
        if word == "in":
            return lambda labels: labels.get(key) in values
        return lambda labels: labels.get(key) not in values
    if found := _EQUAL.fullmatch(text):
        key, sign, value = found.groups()
        return lambda labels: (labels.get(key) == value) is (sign != "!=")
    if found := _NAME.fullmatch(text):
        absent, key = found.groups()
        return lambda labels: (key not in labels) is bool(absent)
    raise Unparsable(f"unable to parse requirement: {text!r}")


def _fields(text: str) -> list[tuple[str, str, str]]:
    found = []
    for each in text.split(","):
        if not each.strip():
            continue
        matched = _FIELD.fullmatch(each)
        if matched is None:
            raise Unparsable(f"invalid selector: '{text}'; can't understand '{each}'")
        found.append((matched[1].strip(), matched[2], matched[3].strip()))
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
