"""VirtualServices as values."""

from collections.abc import Mapping
from typing import Any

from bot.domain.cluster.workload import Route

Rule = Mapping[str, Any]


def to(subset: str, weight: int | None = None) -> Rule:
    found: dict[str, Any] = {"destination": {"host": "web", "subset": subset}}
    return found if weight is None else {**found, "weight": weight}


def routed(*http: Rule, **others: tuple[Rule, ...]) -> Route:
    return Route(namespace="production", name="web", http=http, resource_version="1", **others)
