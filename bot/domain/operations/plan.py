"""A plan: what an operation will do, step by step, as data that people approve by its hash.

The hash covers what will be done: kind, environment, mechanism, from and to, and the steps with
their arguments. It never covers the weather (generation, resource version, replica counts, check
results, times), so that a plan stays itself while the world breathes.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

SHOWN = 12  # characters of an identity that people see and may say


class Kind(StrEnum):
    ROLLBACK = "rollback"
    RESTART = "restart"
    SCALE = "scale"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"


class Mechanism(StrEnum):
    """How a component gets to its target."""

    SWITCH = "blue-green switch"
    ROUTE = "route switch"
    TEMPLATE = "template restore"
    REDEPLOY = "redeploy from the ledger"
    SITE = "deploy restore"
    NONE = "in place"


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """Something that ran or will run: `identity` is a template's hash or a site's deploy id.

    `workload` is the Deployment or site that carries it, `color` its colour, if it has one.
    """

    version: str
    identity: str
    workload: str
    color: str = ""
    image: str = ""

    @property
    def short(self) -> str:
        """The start of its image's digest where that is pinned, else of its identity."""
        return (self.image.partition("@sha256:")[2] or self.identity)[:SHOWN]


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """When a release came and who brought it, as the ledger knows; `by` is empty for nobody.

    Where nobody saw it come, it came between `at` and `until`.
    """

    at: datetime
    by: str = ""
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Leg:
    """One component's way from what runs to what shall run.

    Both are `None` where nothing is released anew. `otherwise` is the Deployment that the target
    could be restored on in place, should the idle colour not come up. `came` tells of the first of
    them and `made` of the second, where the ledger knows them: like a plan's links they are told,
    never bound.
    """

    component: str
    mechanism: Mechanism
    before: Release | None = None
    after: Release | None = None
    otherwise: str = ""
    came: Origin | None = None
    made: Origin | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One call of an action.

    `stage`: steps of one stage run in parallel lanes, one a component; stages follow each other.
    `decisive` steps move traffic: from the first of them on, Cancel means Revert.
    `optional` steps may fail, and be told, without stopping the rest. Those `beside` are the last,
    and go on while it is watched how the target does. The words and `seconds`, its time, come from
    the action.
    """

    name: str
    action: str
    component: str
    args: Mapping[str, Any]
    stage: int
    does: str = ""
    touches: str = ""
    check: str = ""
    undo: str = ""
    seconds: int = 0
    decisive: bool = False
    optional: bool = False
    beside: bool = False

    @property
    def bound(self) -> Mapping[str, Any]:
        """What of it an approval is bound to."""
        return {
            "name": self.name,
            "action": self.action,
            "component": self.component,
            "args": dict(self.args),
            "stage": self.stage,
            "optional": self.optional,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """`notes` tell what a person should know and nothing acts on: choices made, and why.

    `verify` says whether a run ends by watching how the target does, `links` by component where
    to read what changed.
    """

    kind: Kind
    environment: str
    legs: Sequence[Leg]
    steps: Sequence[Step]
    notes: Sequence[str] = ()
    verify: bool = False
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def components(self) -> tuple[str, ...]:
        return tuple(leg.component for leg in self.legs)

    @property
    def seconds(self) -> int:
        """How long it may take: the slowest lane of every stage."""
        total = 0
        for stage in stages(self.steps):
            lanes: dict[str, int] = {}
            for step in stage:
                lanes[step.component] = lanes.get(step.component, 0) + step.seconds
            total += max(lanes.values(), default=0)
        return total

    @property
    def digest(self) -> str:
        bound = {
            "kind": self.kind,
            "environment": self.environment,
            "legs": [
                {
                    "component": leg.component,
                    "mechanism": leg.mechanism,
                    "before": leg.before and leg.before.identity,
                    "after": leg.after and leg.after.identity,
                    "color": leg.after and leg.after.color,
                }
                for leg in self.legs
            ],
            "steps": [dict(step.bound) for step in self.steps],
        }
        return hashlib.sha256(canonical(bound).encode()).hexdigest()


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: the same value is the same text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def stages(steps: Iterable[Step]) -> list[list[Step]]:
    """The steps by stage, in order, each in its plan's order."""
    found: dict[int, list[Step]] = {}
    for step in steps:
        found.setdefault(step.stage, []).append(step)
    return [found[number] for number in sorted(found)]
