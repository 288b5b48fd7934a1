"""Which incident does an alert belong to? The rules, in their order, over what is known.

The order: the incident a person put the alert into; the open incident that holds its group;
an open one of its component, then of a neighbour, whose newest alert started within five
minutes; the incident of its group that ended less than 30 minutes ago; a new one.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256

from bot.domain.alert import Alert, Episode
from bot.domain.incident import Incident, Reason
from bot.domain.routing import Routed

_DIGEST = 32  # hexadecimal digits
NEAR = timedelta(minutes=5)
REOPEN_WITHIN = timedelta(minutes=30)
_LABEL = re.compile(r'\s*([A-Za-z_][\w]*)="(?:[^"\\]|\\.)*"\s*,?')

Scope = tuple[str, str]  # environment, component


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """The name under which an incident holds a group of alerts."""

    group: str
    environment: str
    component: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """Where an alert goes: an incident (`None`: a new one), why, and what it continues."""

    reason: Reason
    incident: Incident | None
    previous: int | None = None


@dataclass(kw_only=True, slots=True)
class Known:
    """What the rules look at: the part of the store that a batch of alerts touches.

    `holders` are the newest incidents that hold each group, ended ones included; `open_near`
    the open ones by scope. A batch decides alert after alert, so it grows as they are placed.
    """

    episodes: dict[str, Episode] = field(default_factory=dict)
    incidents: dict[int, Incident] = field(default_factory=dict)
    holders: dict[Held, int] = field(default_factory=dict)
    open_near: dict[Scope, list[int]] = field(default_factory=dict)

    def holder(self, held: Held) -> Incident | None:
        """The incident that holds the group; without a component, any of the same group."""
        found = self.holders.get(held)
        if found is None and not held.component:
            found = next(
                (
                    number
                    for other, number in self.holders.items()
                    if other.group == held.group and other.environment == held.environment
                ),
                None,
            )
        return None if found is None else self.incidents.get(found)

    def near(self, scopes: Iterable[Scope], started: datetime) -> Incident | None:
        """The open incident of these scopes whose newest alert started closest to `started`."""
        candidates = [
            incident
            for scope in scopes
            for number in self.open_near.get(scope, ())
            if (incident := self.incidents[number]).is_open
            and abs(incident.newest_started_at - started) <= NEAR
        ]
        if not candidates:
            return None
        return min(candidates, key=lambda one: (abs(one.newest_started_at - started), one.id))


def place(
    alert: Alert,
    routed: Routed,
    known: Known,
    neighbours: Mapping[str, frozenset[str]],
    started: datetime,
) -> Placement:
    pinned = known.holder(pin_of(alert.key))
    if pinned is not None and pinned.is_open:
        return Placement(reason=Reason.BY_HAND, incident=pinned)
    holder = known.holder(held_by(alert, routed))
    if holder is not None and holder.is_open:
        return Placement(reason=Reason.SAME_GROUP, incident=holder)
    if routed.component:
        environment = routed.environment
        own = known.near([(environment, routed.component)], started)
        if own is not None:
            return Placement(reason=Reason.SAME_COMPONENT, incident=own)
        around = neighbours.get(routed.component, frozenset())
        near = known.near([(environment, name) for name in sorted(around)], started)
        if near is not None:
            return Placement(reason=Reason.NEIGHBOUR, incident=near)
    ended = pinned or holder
    return _after(ended, started) if ended else Placement(reason=Reason.NEW, incident=None)


def _after(ended: Incident, started: datetime) -> Placement:
    """What an alert makes of an incident that held its group and is over."""
    over = ended.resolved_at or ended.opened_at
    if ended.merged_into is None:
        if ended.resolved_by_hand and started <= over:
            return Placement(reason=Reason.HAND_RESOLVE_STANDS, incident=ended)
        if started - over <= REOPEN_WITHIN:
            return Placement(reason=Reason.FIRED_AGAIN, incident=ended)
    return Placement(reason=Reason.NEW, incident=None, previous=ended.id)


def held_by(alert: Alert, routed: Routed) -> Held:
    """The name of the alert's group: the sender's group key, or what stands in for it."""
    if alert.group_key:
        group = digest(without(alert.group_key, routed.ignored_labels))
    else:
        group = digest(f"alertname={alert.name}")
    return Held(group=group, environment=routed.environment, component=routed.component or "")


def paged_as(alert: Alert, held: Held) -> tuple[Held, ...]:
    """The group once more under the sender's own key, where labels were left out of ours.

    Alertmanager pages PagerDuty under the SHA-256 of its group key; see `paged_group`.
    """
    raw = digest(alert.group_key) if alert.group_key else held.group
    return () if raw == held.group else (replace(held, group=raw),)


def paged_group(pagerduty_key: str) -> str:
    """The group that PagerDuty's incident key `sha256hex(groupKey)` stands for."""
    return pagerduty_key[:_DIGEST]


def pin_of(alert_key: str) -> Held:
    """The name under which an incident holds one alert that a person put there."""
    return Held(group=f"pin:{digest(alert_key)}", environment="", component="")


def open_key(held: Held) -> str:
    return f"{held.group}/{held.environment}/{held.component}"


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_DIGEST]


def without(group_key: str, ignored: frozenset[str]) -> str:
    """The group key less the labels that tell one replica from the next.

    Alertmanager writes `{}/{severity="page"}:{alertname="Down", instance="a:1"}`; the labels
    grouped by stand in the last braces.
    """
    head, brace, labels = group_key.rpartition("{")
    if not brace or not _any_of(ignored).search(labels):
        return group_key
    kept = [
        match.group(0).strip().rstrip(",")
        for match in _LABEL.finditer(labels)
        if match.group(1) not in ignored
    ]
    return f"{head}{{{', '.join(kept)}}}"


@lru_cache(maxsize=64)
def _any_of(names: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf'\b({"|".join(sorted(names))})="')
