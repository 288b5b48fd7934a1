"""Which incident does an alert belong to? The rules, in their order, over what is known.

The order: the incident a person put the alert into; the open incident that holds its group;
an open one of its component, then of a neighbour, whose newest alert started within five
minutes; the incident of its group that ended less than 30 minutes ago; a new one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256

from bot.domain.incidents.alert import Alert, Episode
from bot.domain.incidents.incident import Incident, Reason
from bot.domain.incidents.routing import Routed

_DIGEST = 32  # hexadecimal digits
NEAR = timedelta(minutes=5)
REOPEN_WITHIN = timedelta(minutes=30)
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_LABEL = re.compile(rf"\s*([A-Za-z_]\w*|{_QUOTED})={_QUOTED}\s*,?")
_GROUPED_BY = re.compile(rf'\{{(?:[^"{{}}]|{_QUOTED})*\}}\Z')
_LONGEST_READ = 4096  # what is longer is nobody's group key, and would take long to take apart

_PIN = "pin:"
_SHA256 = re.compile(r"[0-9a-f]{64}")

Scope = tuple[str, str]  # environment, component


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """The name under which an incident holds a group of alerts."""

    group: str
    environment: str
    component: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """Where an alert goes: an incident (`None`: a new one), why, and what it continues.

    `held` is the name under which that incident holds it from now on.
    """

    reason: Reason
    incident: Incident | None
    held: Held
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
    by_group: dict[tuple[str, str], set[int]] = field(default_factory=dict)

    def hold(self, held: Held, number: int) -> None:
        self.holders[held] = number
        self.by_group.setdefault((held.group, held.environment), set()).add(number)

    def holder(self, held: Held) -> Incident | None:
        """The incident that holds the group; without a component, any of the same group.

        One that is open keeps its name: its open key is made of it.
        """
        exact = self.incidents.get(self.holders.get(held, 0))
        if held.component or not held.environment or (exact is not None and exact.is_open):
            return exact
        numbers = self.by_group.get((held.group, held.environment), ())
        found = [self.incidents[one] for one in numbers if one in self.incidents]
        return max(found, key=lambda one: (one.is_open, one.id), default=None)

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
    pin, held = pin_of(alert.key), held_by(alert, routed)
    pinned, holder = known.holder(pin), known.holder(held)
    if pinned is not None and pinned.is_open:
        return Placement(reason=Reason.BY_HAND, incident=pinned, held=pin)
    if pinned is not None and _kept_apart(pinned, holder, started):
        return _after(pinned, started, pin)
    if holder is None or not holder.is_open:
        paged = known.holder(paged_for(alert))
        both = [one for one in (holder, paged) if one is not None]
        holder = max(both, key=lambda one: (one.is_open, one.id), default=None)
    if holder is not None and holder.is_open:
        return Placement(reason=Reason.SAME_GROUP, incident=holder, held=held)
    for reason, scopes in _around(routed, neighbours):
        near = known.near(scopes, started)
        if near is not None:
            return Placement(reason=reason, incident=near, held=held)
    ended = holder or pinned
    if ended is not None:
        return _after(ended, started, held)
    return Placement(reason=Reason.NEW, incident=None, held=held)


def _around(
    routed: Routed, neighbours: Mapping[str, frozenset[str]]
) -> Iterator[tuple[Reason, list[Scope]]]:
    """Where to look for an incident that is near in time, the nearest places first."""
    if routed.component:
        environment, beside = routed.environment, neighbours.get(routed.component, ())
        yield Reason.SAME_COMPONENT, [(environment, routed.component)]
        yield Reason.NEIGHBOUR, [(environment, name) for name in sorted(beside)]


def _kept_apart(pinned: Incident, holder: Incident | None, started: datetime) -> bool:
    """Whether an alert stays out of its group, though the incident it was put into is over.

    It does while that incident can be reopened, and while the one it was taken from goes on.
    """
    if started - _over(pinned) <= REOPEN_WITHIN:
        return True
    if holder is None or holder.id >= pinned.id:
        return False
    return holder.is_open or started - _over(holder) <= REOPEN_WITHIN


def _over(ended: Incident) -> datetime:
    return ended.resolved_at or ended.opened_at


def _after(ended: Incident, started: datetime, held: Held) -> Placement:
    """What an alert makes of an incident that held it and is over."""
    if ended.merged_into is None:
        if ended.resolved_by_hand and started <= _over(ended):
            return Placement(reason=Reason.HAND_RESOLVE_STANDS, incident=ended, held=held)
        if started - _over(ended) <= REOPEN_WITHIN:
            return Placement(reason=Reason.FIRED_AGAIN, incident=ended, held=held)
    return Placement(reason=Reason.NEW, incident=None, held=held, previous=ended.id)


def held_by(alert: Alert, routed: Routed) -> Held:
    """The name of the alert's group: the sender's group key, or what stands in for it."""
    environment, component = routed.environment, routed.component or ""
    if alert.group_key:
        group = _group(alert.group_key, routed.ignored_labels)
    else:
        group = digest(f"{environment}\x00{component}\x00{alert.name}")
    return Held(group=group, environment=environment, component=component)


@lru_cache(maxsize=4096)
def _group(group_key: str, ignored: frozenset[str]) -> str:
    return digest(without(group_key, ignored))


def paged_as(alert: Alert, held: Held) -> tuple[Held, ...]:
    """The group once more under the sender's own key, where labels were left out of ours.

    Alertmanager pages PagerDuty under the SHA-256 of its group key; see `paged_group`.
    """
    raw = _group(alert.group_key, frozenset()) if alert.group_key else held.group
    return () if raw == held.group else (replace(held, group=raw),)


def paged_group(pagerduty_key: str) -> str | None:
    """The group that PagerDuty's incident key `sha256hex(groupKey)` stands for, if it is one."""
    return pagerduty_key[:_DIGEST] if _SHA256.fullmatch(pagerduty_key) else None


def paged_before(group: str) -> Held:
    """The name under which an incident that PagerDuty told of first holds its group."""
    return Held(group=group, environment="", component="")


def paged_for(alert: Alert) -> Held:
    return paged_before(digest(alert.group_key))


def pin_of(alert_key: str) -> Held:
    """The name under which an incident holds one alert that a person put there."""
    return Held(group=f"{_PIN}{alert_key}", environment="", component="")


def is_pin(held: Held) -> bool:
    return held.group.startswith(_PIN)


def open_key(held: Held) -> str:
    return f"{held.group}/{held.environment}/{held.component}"


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_DIGEST]


def without(group_key: str, ignored: frozenset[str]) -> str:
    """The group key less the labels that tell one replica from the next.

    Alertmanager writes `{}/{severity="page"}:{alertname="Down", instance="a:1"}`; the labels
    grouped by stand in the last braces.
    """
    if len(group_key) > _LONGEST_READ or not ignored or not _any_of(ignored).search(group_key):
        return group_key
    grouped_by = _GROUPED_BY.search(group_key)
    if grouped_by is None:
        return group_key
    kept = [
        match.group(0).strip().rstrip(",")
        for match in _LABEL.finditer(grouped_by.group())
        if match.group(1).strip('"') not in ignored
    ]
    return f"{group_key[: grouped_by.start()]}{{{', '.join(kept)}}}"


@lru_cache(maxsize=64)
def _any_of(names: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf'\b({"|".join(map(re.escape, sorted(names)))})"?="')
