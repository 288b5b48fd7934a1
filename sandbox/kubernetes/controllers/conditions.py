"""Conditions in a status: one by type, with its times kept when only the words change."""

from collections.abc import Sequence
from typing import Any

Condition = dict[str, Any]


def condition(
    kind: str, status: str, reason: str = "", message: str = "", *, now: str
) -> Condition:
    """`status` is True, False or Unknown, as Kubernetes spells it."""
    words = {"reason": reason, "message": message}
    return {
        "type": kind,
        "status": status,
        "lastUpdateTime": now,
        "lastTransitionTime": now,
        **{name: text for name, text in words.items() if text},
    }


def found(conditions: Sequence[Condition], kind: str) -> Condition | None:
    return next((one for one in conditions if one["type"] == kind), None)


def reason(conditions: Sequence[Condition], kind: str) -> str:
    return str((found(conditions, kind) or {}).get("reason", ""))


def placed(conditions: Sequence[Condition], new: Condition) -> list[Condition]:
    """With `new` in; nothing moves while status and reason stay the same."""
    old = found(conditions, new["type"])
    if old is None:
        return [*conditions, new]
    if old["status"] == new["status"] and old.get("reason") == new.get("reason"):
        return list(conditions)
    return renewed(conditions, new)


def renewed(conditions: Sequence[Condition], new: Condition) -> list[Condition]:
    """With `new` in even if only its time differs, as a rollout that goes on does."""
    old = found(conditions, new["type"])
    if old is not None and old["status"] == new["status"]:
        new = {**new, "lastTransitionTime": old["lastTransitionTime"]}
    return [*without(conditions, new["type"]), new]


def without(conditions: Sequence[Condition], kind: str) -> list[Condition]:
    return [one for one in conditions if one["type"] != kind]
