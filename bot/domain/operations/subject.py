"""What is watched after a switch: one component's new release, and how it did before."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Self

from bot.domain.operations.plan import Leg, Mechanism, Release
from bot.domain.ops_data.component import Component
from bot.domain.ops_data.rollout import Rollout
from bot.domain.verification.look import Look
from bot.domain.verification.verification import Start


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """`namespace` is empty for a site. `key` is the selector's and `route` the VirtualService.

    `old` is what served before; its colour is empty where the numbers of the two cannot be told
    apart. `before` is a look at it, and `usual` its share of errors before the incident.
    """

    component: str
    environment: str
    namespace: str = ""
    service: str = ""
    key: str = ""
    route: str = ""
    release: Release
    old: Release | None = None
    probes: Sequence[str] = ()
    before: Look | None = None
    usual: float | None = None

    @property
    def scoped(self) -> bool:
        return bool(self.release.color and self.old and self.old.color)

    def start(self, switched_at: datetime, watched_from: datetime | None = None) -> Start:
        return Start(
            switched_at=switched_at,
            watched_from=watched_from,
            scoped=self.scoped,
            before=self.before,
            usual=self.usual,
        )

    def plain(self) -> Mapping[str, Any]:
        """As a durable run keeps it."""
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        old, before = plain["old"], plain["before"]
        return cls(
            **{
                **plain,
                "release": Release(**plain["release"]),
                "old": Release(**old) if old else None,
                "before": Look.of(before) if before else None,
                "probes": tuple(plain["probes"]),
            }
        )


def subject_of(component: Component, leg: Leg, environment: str) -> Subject | None:
    """`None` where the leg brings no release, or nothing says where it runs.

    A site's host says how it stands; a `rollout` would only add probes.
    """
    rollout = component.rollout or (Rollout() if leg.mechanism is Mechanism.SITE else None)
    if leg.after is None or rollout is None:
        return None
    told_apart = component.color_label and leg.before and leg.before.color != leg.after.color
    old = leg.before
    if old is not None and not told_apart:
        old = replace(old, color="")
    return Subject(
        component=component.name,
        environment=environment,
        namespace=component.namespace.get(environment, "") if rollout.deployments else "",
        service=rollout.service,
        key=rollout.selector,
        route=rollout.route,
        release=leg.after,
        old=old,
        probes=rollout.probes.get(environment, ()),
    )
