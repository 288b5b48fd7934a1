"""Whether a namespace's quotas leave room for the pods that an operation adds.

A full quota lets every write through and then makes no pods: the dry run says nothing of it.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from bot.domain.cluster.load import load_of, wanted_idle
from bot.domain.cluster.quantity import quantity, written
from bot.domain.cluster.quota_scopes import Sort, counts, sort_of
from bot.domain.cluster.workload import Quota, Template
from bot.domain.operations.survey import Workload
from bot.domain.wording import count

Name = TypeVar("Name")


class Counted(NamedTuple):
    """What a quota counts, by its own name, and of which pods."""

    name: str
    sort: Sort


Part = Mapping[Counted, Decimal]
"""What goes together: what it gives back of one sort of pods it may take of another."""
Amounts = tuple[Part, ...]
"""What is taken at most; what one part gives back may come after another has taken its own."""
NOTHING: Amounts = ()
_SHORT = {"cpu": "requests.cpu", "memory": "requests.memory", "count/pods": "pods"}


def of_pod(template: Template) -> Part:
    """What one pod counts for in the quotas that count it: requests, limits, pods."""
    found = _of_spec(template.get("spec", {}))
    sort = sort_of(template, found)
    return {Counted(name, sort): amount for name, amount in found.items()}


def _of_spec(spec: Mapping[str, Any]) -> dict[str, Decimal]:
    init = spec.get("initContainers") or []
    beside = [one for one in init if one.get("restartPolicy") == "Always"]
    found = {"pods": Decimal(1)}
    for kind in ("requests", "limits"):
        together = _sum(_asked(one, kind) for one in [*spec.get("containers", []), *beside])
        alone = [_asked(one, kind) for one in init]
        overhead = {name: quantity(text) for name, text in (spec.get("overhead") or {}).items()}
        for name in {*together, *(key for one in alone for key in one)}:
            most = max(
                [together.get(name, Decimal()), *(one.get(name, Decimal()) for one in alone)]
            )
            found[f"{kind}.{name}"] = most + overhead.get(name, Decimal())
    return found


def to_scale(idle: Workload, live: Workload, template: Template) -> Amounts:
    """What bringing the idle colour to the live load, in pods of `template`, adds."""
    wanted = wanted_idle(load_of(live.deployment, live.scaler), idle.scaler).pods
    wanted = max(wanted, idle.scaler.minimum if idle.scaler else 0)
    gone = _times(of_pod(idle.deployment.template), -idle.deployment.current)
    made = _times(of_pod(template), max(wanted, idle.deployment.current))
    return (_sum([made, gone]),)


def to_roll(workload: Workload, template: Template) -> Amounts:
    """What restoring a template in place adds: a wave of its surge, and what a pod asks for more.

    What it asks for less comes free only at the end, pod by pod, and is not counted on.
    """
    before, after = of_pod(workload.deployment.template), of_pod(template)
    more = _sum([after, _times(before, -1)])
    return _times(after, surge(workload)), _times(more, workload.deployment.replicas)


def to_grow(workload: Workload, replicas: int) -> Amounts:
    more = max(replicas - workload.deployment.current, 0)
    return (_times(of_pod(workload.deployment.template), more),)


def surge(workload: Workload) -> int:
    """Pods above the wanted number that a rollout may make; a share is rounded up."""
    deployment = workload.deployment
    said = deployment.max_surge
    if said.endswith("%"):
        return math.ceil(deployment.replicas * quantity(said[:-1]) / 100)
    return int(quantity(said))


def together(all_of_them: Iterable[Amounts]) -> Amounts:
    return tuple(chain.from_iterable(all_of_them))


def lacking(quotas: Iterable[Quota], needed: Amounts, beside: Amounts = NOTHING) -> tuple[str, ...]:
    """In words, for each quota and resource, what is left and what it would take.

    `beside` is what the rest of the plan takes from the same quotas.
    """
    found = []
    for quota in quotas:
        for name, hard in quota.hard.items():
            need, others = _counted(quota, name, needed), _counted(quota, name, beside)
            left = quantity(hard) - quantity(quota.used.get(name, "0"))
            if need > 0 and need + others > left:
                alone = "" if need > left else f" beside {written(others, name)} for the others"
                found.append(
                    f"quota {quota.name} has {written(max(left, Decimal()), name)} of {name} "
                    f"left, and it takes {written(need, name)}{alone}"
                )
    return tuple(found)


def waiting(workloads: Sequence[Workload]) -> str:
    """Pods that find no node or do not start; empty where there are none."""
    held = [
        f"{count(one.pending, 'pod')} of {one.deployment.name}" for one in workloads if one.pending
    ]
    return " and ".join(held)


def _counted(quota: Quota, name: str, amounts: Amounts) -> Decimal:
    wanted = _SHORT.get(name, name)
    parts = (
        [amount for one, amount in part.items() if one.name == wanted and counts(quota, one.sort)]
        for part in amounts
    )
    return sum((max(sum(part, Decimal()), Decimal()) for part in parts), Decimal())


def _asked(container: Mapping[str, object], kind: str) -> dict[str, Decimal]:
    """A limit counts as the request where none is written: so Kubernetes fills it in."""
    resources = container.get("resources")
    resources = resources if isinstance(resources, Mapping) else {}
    asked = dict(resources.get("limits") or {}) if kind == "requests" else {}
    asked |= resources.get(kind) or {}
    return {str(name): quantity(text) for name, text in asked.items()}


def _sum(parts: Iterable[Mapping[Name, Decimal]]) -> dict[Name, Decimal]:
    total: dict[Name, Decimal] = {}
    for part in parts:
        for name, amount in part.items():
            total[name] = total.get(name, Decimal()) + amount
    return total


def _times(part: Part, count: int) -> dict[Counted, Decimal]:
    return {name: amount * count for name, amount in part.items()}
