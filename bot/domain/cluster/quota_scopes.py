"""Which pods a quota counts: those of a priority class, those that ask for nothing, and so on."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.cluster.workload import Quota, Scope, Template

_COMPUTE = frozenset(
    f"{kind}.{name}" for kind in ("requests", "limits") for name in ("cpu", "memory")
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sort:
    """What scopes tell pods apart by; a class that the cluster gives to all is not in a template.

    `crosses` says that its affinity looks at pods of other namespaces.
    """

    priority_class: str = ""
    best_effort: bool = False
    crosses: bool = False


def sort_of(template: Template, asked: Collection[str]) -> Sort:
    """`asked` are the resources that a pod of it counts for."""
    spec = template.get("spec", {})
    return Sort(
        priority_class=spec.get("priorityClassName") or "",
        best_effort=_COMPUTE.isdisjoint(asked),
        crosses=any(
            term.get("namespaces") or term.get("namespaceSelector") is not None
            for term in _affinity(spec.get("affinity") or {})
        ),
    )


def counts(quota: Quota, sort: Sort) -> bool:
    return all(_holds(scope, sort) for scope in quota.scopes)


def _holds(scope: Scope, sort: Sort) -> bool:
    """A Deployment's pods never end by themselves; a scope that nobody knows counts them."""
    match scope.name:
        case "Terminating":
            return False
        case "BestEffort":
            return sort.best_effort
        case "NotBestEffort":
            return not sort.best_effort
        case "CrossNamespacePodAffinity":
            return sort.crosses
        case "PriorityClass":
            return _selects(scope, sort.priority_class)
    return True


def _selects(scope: Scope, value: str) -> bool:
    match scope.operator:
        case "In":
            return value in scope.values
        case "NotIn":
            return value not in scope.values
        case "DoesNotExist":
            return not value
    return bool(value)


def _affinity(affinity: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for kind in ("podAffinity", "podAntiAffinity"):
        found = affinity.get(kind) or {}
        yield from found.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
        for one in found.get("preferredDuringSchedulingIgnoredDuringExecution") or ():
            yield one.get("podAffinityTerm") or {}
