"""Pod templates: their hash, and whether two are the same release."""

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

HASH_LABEL = "pod-template-hash"
_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
_FNV_OFFSET, _FNV_PRIME, _MASK = 2166136261, 16777619, 0xFFFFFFFF

Template = dict[str, Any]


def template_hash(template: Mapping[str, Any]) -> str:
    """Ten safe letters at most; the same template has the same hash in every run."""
    number = _FNV_OFFSET
    for byte in json.dumps(without_hash(template), sort_keys=True).encode():
        number = ((number ^ byte) * _FNV_PRIME) & _MASK
    return "".join(_ALPHABET[ord(digit) % len(_ALPHABET)] for digit in str(number))


def without_hash(template: Mapping[str, Any]) -> Template:
    copy = deepcopy(dict(template))
    copy.get("metadata", {}).get("labels", {}).pop(HASH_LABEL, None)
    return copy


def with_hash(template: Mapping[str, Any], hash_: str) -> Template:
    copy = deepcopy(dict(template))
    copy.setdefault("metadata", {}).setdefault("labels", {})[HASH_LABEL] = hash_
    return copy


def same_release(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return without_hash(one) == without_hash(other)
