"""What a Deployment's status says: the counts and conditions, as the real controller words them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.kubernetes.controllers.conditions import (
    Condition,
    condition,
    found,
    placed,
    reason,
    renewed,
    without,
)
from sandbox.kubernetes.controllers.rollout import limits
from sandbox.kubernetes.objects import Object, name_of

AVAILABLE = "NewReplicaSetAvailable"
TIMED_OUT = "ProgressDeadlineExceeded"
_PROGRESSING = "Progressing"

Status = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """A Deployment and its ReplicaSets as they are now; `new` has the Deployment's template."""

    deployment: Object
    new: Object | None
    old: Sequence[Object]

    @property
    def all(self) -> list[Object]:
        return [*self.old, *([self.new] if self.new else [])]

    @property
    def wanted(self) -> int:
        return int(self.deployment["spec"].get("replicas", 1))

    @property
    def status(self) -> Status:
        return self.deployment.get("status") or {}

    @property
    def conditions(self) -> list[Condition]:
        return list(self.status.get("conditions", ()))


def size(replicaset: Object) -> int:
    return int(replicaset["spec"].get("replicas", 1))


def count(replicaset: Object | None, field: str) -> int:
    return int(((replicaset or {}).get("status") or {}).get(field, 0))


def counted(rollout: Rollout) -> Status:
    """Numbers that are nothing are left out, as the real server does."""

    def total(field: str) -> int:
        return sum(count(one, field) for one in rollout.all)

    available = total("availableReplicas")
    numbers = {
        "observedGeneration": rollout.deployment["metadata"]["generation"],
        "replicas": total("replicas"),
        "updatedReplicas": count(rollout.new, "replicas"),
        "readyReplicas": total("readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(0, sum(map(size, rollout.all)) - available),
    }
    return {
        **{name: number for name, number in numbers.items() if number},
        "terminatingReplicas": total("terminatingReplicas"),
    }


def is_complete(rollout: Rollout, numbers: Status) -> bool:
    fields = ("updatedReplicas", "replicas", "availableReplicas")
    return all(numbers.get(field, 0) == rollout.wanted for field in fields)


def has_progressed(before: Status, numbers: Status) -> bool:
    def old_pods(status: Status) -> int:
        return int(status.get("replicas", 0)) - int(status.get("updatedReplicas", 0))

    rising = ("updatedReplicas", "readyReplicas", "availableReplicas")
    return old_pods(numbers) < old_pods(before) or any(
        numbers.get(field, 0) > before.get(field, 0) for field in rising
    )


def is_settled(rollout: Rollout, numbers: Status) -> bool:
    """Told to be available already: what happens to its pods later is no rollout."""
    same = numbers.get("replicas", 0) == numbers.get("updatedReplicas", 0)
    return same and reason(rollout.conditions, _PROGRESSING) == AVAILABLE


def full_status(rollout: Rollout, numbers: Status, *, late: bool, now: str) -> Status:
    """`late`: the progress deadline is over."""
    conditions = _available(rollout, numbers, now)
    if not is_settled(rollout, numbers):
        conditions = _progress(rollout, numbers, conditions, late=late, now=now)
    return numbers | {"conditions": _failures(rollout, conditions, now)}


def paused_status(rollout: Rollout, numbers: Status, *, now: str) -> Status:
    """As it stands, without a word about progress."""
    return numbers | {"conditions": _available(rollout, numbers, now)}


def _available(rollout: Rollout, numbers: Status, now: str) -> list[Condition]:
    enough = numbers.get("availableReplicas", 0) >= limits(rollout.deployment["spec"]).least
    words = (
        ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
        if enough
        else (
            "False",
            "MinimumReplicasUnavailable",
            "Deployment does not have minimum availability.",
        )
    )
    return placed(rollout.conditions, condition("Available", *words, now=now))


def _progress(
    rollout: Rollout, numbers: Status, conditions: list[Condition], *, late: bool, now: str
) -> list[Condition]:
    kind, name = ("ReplicaSet", rollout.new) if rollout.new else ("Deployment", rollout.deployment)
    who = f'{kind} "{name_of(name)}"'
    if is_complete(rollout, numbers):
        said = ("True", AVAILABLE, f"{who} has successfully progressed.")
        return placed(conditions, condition(_PROGRESSING, *said, now=now))
    if has_progressed(rollout.status, numbers):
        said = ("True", "ReplicaSetUpdated", f"{who} is progressing.")
        return renewed(conditions, condition(_PROGRESSING, *said, now=now))
    if late and found(conditions, _PROGRESSING):
        said = ("False", TIMED_OUT, f"{who} has timed out progressing.")
        return placed(conditions, condition(_PROGRESSING, *said, now=now))
    return conditions


def _failures(rollout: Rollout, conditions: list[Condition], now: str) -> list[Condition]:
    newest_first = [*([rollout.new] if rollout.new else []), *rollout.old]
    for replicaset in newest_first:
        told = found((replicaset.get("status") or {}).get("conditions", ()), "ReplicaFailure")
        if told is not None:
            words = (told["status"], told["reason"], told["message"])
            return placed(conditions, condition("ReplicaFailure", *words, now=now))
    return without(conditions, "ReplicaFailure")
