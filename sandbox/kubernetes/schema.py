"""The fields that built-in kinds have, read from the official client's own description of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from kubernetes.client import models

from sandbox.kubernetes.kinds import EVENT, HPA, Kind
from sandbox.kubernetes.objects import Object

_MODELS = {HPA: "V2HorizontalPodAutoscaler", EVENT: "CoreV1Event"}
_PLAIN: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "bool": (bool,)}
_GO = {"str": "string", "int": "int32", "bool": "bool"}
_QUANTITIES = {"allocatable", "capacity", "hard", "limits", "overhead", "requests", "used"}
_SAID = {str: "string", bool: "bool", int: "number", float: "number", list: "array", dict: "object"}


class WrongType(Exception):
    """A field holds what cannot be decoded: 400."""


@dataclass(kw_only=True)
class Schema:
    """`newer`: fields by model name that this server knows and the client does not yet."""

    newer: Mapping[str, Collection[str]] = field(default_factory=dict)

    def decoded(self, kind: Kind, obj: Object) -> tuple[Object, list[str]]:
        """The object without unknown fields and nulls, and the paths of the unknown ones."""
        if kind.custom:
            return obj, []
        name = _MODELS.get(kind, f"V1{kind.name}")
        unknown: list[str] = []
        return self._object(name, obj, "", unknown), unknown

    def _object(self, name: str, obj: Object, path: str, unknown: list[str]) -> Object:
        types = _types(name)
        newer = self.newer.get(name, ())
        found: Object = {}
        for key, value in obj.items():
            where = f"{path}.{key}" if path else key
            if key in newer:
                found[key] = value
            elif key not in types:
                unknown.append(where)
            elif value is not None:
                found[key] = self._value(types[key], value, where, unknown)
        return found

    def _value(self, wanted: str, value: Any, path: str, unknown: list[str]) -> Any:
        if wanted.startswith("List["):
            _expect(value, list, path, "[]" + wanted[5:-1])
            inner = wanted[5:-1]
            return [
                self._value(inner, each, f"{path}[{at}]", unknown) for at, each in enumerate(value)
            ]
        if wanted.startswith("Dict["):
            _expect(value, dict, path, "map[string]string")
            return self._map(wanted[5:-1].partition(", ")[2], value, path, unknown)
        if wanted in _PLAIN:
            _expect_plain(value, wanted, path)
            return value
        if hasattr(models, wanted) and hasattr(getattr(models, wanted), "attribute_map"):
            _expect(value, dict, path, wanted)
            return self._object(wanted, value, path, unknown)
        return value

    def _map(self, inner: str, value: Object, path: str, unknown: list[str]) -> Object:
        if path.rpartition(".")[2] in _QUANTITIES:
            return {key: str(each) for key, each in value.items()}  # `cpu: 2` is a quantity too
        return {
            key: self._value(inner, each, f"{path}.{key}", unknown) for key, each in value.items()
        }


_KNOWN: dict[str, dict[str, str]] = {}


def _types(name: str) -> dict[str, str]:
    """JSON field to type, as the client's generated models write both."""
    if name not in _KNOWN:
        model = getattr(models, name)
        _KNOWN[name] = {
            written: model.openapi_types[own] for own, written in model.attribute_map.items()
        }
    return _KNOWN[name]


def _expect(value: Any, wanted: type, path: str, go_type: str) -> None:
    if not isinstance(value, wanted):
        raise WrongType(_complaint(value, path, go_type))


def _expect_plain(value: Any, wanted: str, path: str) -> None:
    fits = isinstance(value, _PLAIN[wanted]) and (wanted == "bool" or not isinstance(value, bool))
    if not fits:
        raise WrongType(_complaint(value, path, _GO[wanted]))


def _complaint(value: Any, path: str, go_type: str) -> str:
    said = _SAID.get(type(value), "value")
    return f"json: cannot unmarshal {said} into Go struct field {path} of type {go_type}"
