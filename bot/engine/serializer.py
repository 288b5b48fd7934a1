"""How a run's values are stored: tagged JSON of an allow-list, so that reading runs no code.

What a step returned or raised the first time is made equal to what a replay reads, or a resumed
run could take another branch than the first.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar

from dbos import Serializer
from dbos import error as dbos_errors

from bot.domain.errors import GiveUp, Misuse, Refused, Unavailable
from bot.ports.trouble import Expired, Gone, Overtaken, RateLimited, TimedOut

T = TypeVar("T")
_TAG = "$"


class Crashed(RuntimeError):
    """A bug's exception as it is remembered: its name and its words."""


def _later(error: Unavailable) -> tuple[Any, ...]:
    return (str(error), error.retry_after)


def _no(error: Refused) -> tuple[Any, ...]:
    return (error.fact, error.next_move)


def _words(error: BaseException) -> tuple[Any, ...]:
    return tuple(str(part) for part in error.args)


# Each with what is kept of it, and how it is made again.
_KEPT: dict[type[Exception], tuple[Callable[[Any], tuple[Any, ...]], Callable[..., Exception]]] = {
    **{
        kind: (_later, lambda fact, after, kind=kind: kind(fact, retry_after=after))
        for kind in (Unavailable, RateLimited, TimedOut)
    },
    **{kind: (_no, kind) for kind in (Refused, Misuse)},
    **{
        kind: (_words, kind)
        for kind in (
            GiveUp, Gone, Expired, Overtaken, Crashed,
            KeyError, LookupError, RuntimeError, TimeoutError, TypeError, ValueError,
        )
    },
}  # fmt: skip
_BY_NAME = {kind.__name__: make for kind, (_, make) in _KEPT.items()}


class TaggedJson(Serializer):
    """Text, numbers, lists, mappings by text, times, sets and the exceptions above; no more."""

    def name(self) -> str:
        return "candlefish_json_v1"

    def serialize(self, data: Any) -> str:
        """Raises TypeError for what is not on the list."""
        return json.dumps(_pack(data), separators=(",", ":"))

    def deserialize(self, serialized_data: str) -> Any:
        return _unpack(json.loads(serialized_data))


_serializer = TaggedJson()


def stored(value: T) -> T:
    """The value as a replay will read it; raises TypeError where it cannot be stored."""
    return _serializer.deserialize(_serializer.serialize(value))  # type: ignore[no-any-return] # equal to what came in, but for tuples


class Remembered:
    """`with Remembered():` what is raised inside is raised as a replay will raise it."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not isinstance(error, Exception) or isinstance(error, dbos_errors.DBOSException):
            return
        again = stored(error)
        if type(again) is not type(error) or again.args != error.args:
            raise again from error


def _pack(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, (list, tuple)):
        return [_pack(one) for one in value]
    if isinstance(value, Mapping):
        return _pack_mapping(value)
    if isinstance(value, datetime):
        return {"$at": value.isoformat()}
    if isinstance(value, (set, frozenset)):
        return {"$set": sorted((_pack(one) for one in value), key=repr)}
    if isinstance(value, Exception):
        return _pack_error(value)
    raise TypeError(f"A run cannot keep a {type(value).__name__}; return plain values.")


def _pack_mapping(value: Mapping[Any, Any]) -> Any:
    if not all(isinstance(key, str) for key in value):
        raise TypeError("A run keeps mappings by text only.")
    packed = {str(key): _pack(one) for key, one in value.items()}
    return {"$map": packed} if any(key.startswith(_TAG) for key in packed) else packed


def _pack_error(error: Exception) -> Any:
    for kind in type(error).__mro__:
        if kind in _KEPT:
            keep, _ = _KEPT[kind]
            return {"$error": kind.__name__, "args": _pack(keep(error))}
    return {"$error": Crashed.__name__, "args": [f"{type(error).__name__}: {error}"]}


def _unpack(packed: Any) -> Any:
    if isinstance(packed, list):
        return [_unpack(one) for one in packed]
    if not isinstance(packed, dict):
        return packed
    for tag, make in _TAGGED.items():
        if tag in packed:
            return make(packed)
    return {key: _unpack(one) for key, one in packed.items()}


def _unpack_error(packed: Mapping[str, Any]) -> Exception:
    return _BY_NAME.get(packed["$error"], Crashed)(*_unpack(packed["args"]))


def _hashable(value: Any) -> Any:
    return tuple(_hashable(one) for one in value) if isinstance(value, list) else value


_TAGGED: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "$at": lambda packed: datetime.fromisoformat(packed["$at"]),
    "$set": lambda packed: {_hashable(_unpack(one)) for one in packed["$set"]},
    "$map": lambda packed: {key: _unpack(one) for key, one in packed["$map"].items()},
    "$error": _unpack_error,
}
