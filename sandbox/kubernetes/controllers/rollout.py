"""How many pods of which ReplicaSet a rollout wants next: the arithmetic of `RollingUpdate`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Limits:
    """`wanted` is the Deployment's replicas; `surge` and `away` how far a rollout may stray."""

    wanted: int
    surge: int
    away: int

    @property
    def most(self) -> int:
        return self.wanted + self.surge if self.wanted else 0

    @property
    def least(self) -> int:
        return self.wanted - self.away


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A ReplicaSet as a rollout sees it: `size` wanted, `available` seen."""

    name: str
    size: int
    available: int


def limits(spec: dict[str, Any]) -> Limits:
    wanted = int(spec.get("replicas", 1))
    strategy = spec.get("strategy") or {}
    if strategy.get("type", "RollingUpdate") != "RollingUpdate":
        return Limits(wanted=wanted, surge=0, away=0)
    rolling = strategy.get("rollingUpdate") or {}
    surge = _share(rolling.get("maxSurge", "25%"), wanted, up=True)
    away = _share(rolling.get("maxUnavailable", "25%"), wanted, up=False)
    # Both nothing would never move; Kubernetes then lets one go.
    return Limits(wanted=wanted, surge=surge, away=min(away or int(not surge), wanted))


def new_size(new: Counted, old: Sequence[Counted], bounds: Limits) -> int:
    """How large the newest ReplicaSet may be made now."""
    if new.size >= bounds.wanted:
        return bounds.wanted
    room = bounds.wanted + bounds.surge - new.size - sum(one.size for one in old)
    return new.size + max(0, min(room, bounds.wanted - new.size))


def old_sizes(new: Counted, old: Sequence[Counted], bounds: Limits) -> dict[str, int]:
    """Sizes of the old ReplicaSets that change, oldest first: sick pods go before well ones."""
    total = new.size + sum(one.size for one in old)
    may_go = total - bounds.least - (new.size - new.available)
    if may_go <= 0:
        return {}
    sizes = {one.name: one.size for one in old}
    for one in old:
        sick = min(may_go, max(0, one.size - one.available))
        sizes[one.name] -= sick
        may_go -= sick
    spare = new.available + sum(one.available for one in old) - bounds.least
    for one in old:
        going = max(0, min(spare, sizes[one.name]))
        sizes[one.name] -= going
        spare -= going
    return {one.name: sizes[one.name] for one in old if sizes[one.name] != one.size}


def proportional(active: Sequence[Counted], bounds: Limits) -> dict[str, int]:
    """Sizes when the Deployment is scaled in the middle of a rollout; largest first."""
    total = sum(one.size for one in active)
    change = bounds.most - total
    sizes: dict[str, int] = {}
    left = change
    for one in active:
        share = round(one.size * bounds.most / total) - one.size if total else 0
        given = max(min(share, left), 0) if change > 0 else min(max(share, left), 0)
        sizes[one.name] = one.size + given
        left -= given
    if active:
        sizes[active[0].name] = max(0, sizes[active[0].name] + left)
    return sizes


def _share(value: int | str, whole: int, *, up: bool) -> int:
    """A number, or percent of `whole`: surge rounds up, unavailable rounds down."""
    if isinstance(value, int):
        return value
    exact = int(value.removesuffix("%")) * whole / 100
    return math.ceil(exact) if up else math.floor(exact)
