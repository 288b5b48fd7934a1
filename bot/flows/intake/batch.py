"""A batch of alerts on its way into the store, and what the rules may look at for it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bot.domain.incidents import correlation
from bot.domain.incidents.alert import Alert, Episode
from bot.domain.incidents.correlation import NEAR, Held, Known
from bot.domain.incidents.incident import Change, Incident
from bot.domain.incidents.routing import Routed, looked_at, route
from bot.domain.incidents.timeline import Entry
from bot.domain.ops_data.catalogue import Catalogue
from bot.store import holders, incidents


@dataclass(kw_only=True)
class Batch:
    """The alerts of some deliveries on their way into the store.

    `had` says whether an incident counts an alert already, `mere` whether it is only there for an
    operation. `unfinished` names the operations that are not over, by incident, to be asked only
    after the incidents were loaded: what begins meanwhile counts an incident's version up.
    """

    catalogue: Catalogue
    now: datetime
    known: Known = field(default_factory=Known)
    routed: dict[str, tuple[Routed, Held]] = field(default_factory=dict)
    stored: frozenset[str] = frozenset()
    next_number: int = 0
    had_news: bool = False
    changes: dict[int, Change] = field(default_factory=dict)
    entries: dict[int, list[Entry]] = field(default_factory=dict)
    alike: dict[tuple[str | None, ...], Routed] = field(default_factory=dict)
    begun: dict[str, tuple[Alert, Episode]] = field(default_factory=dict)
    ended: dict[str, Episode] = field(default_factory=dict)
    passed: list[tuple[Alert, Episode]] = field(default_factory=list)
    had: Callable[[int, Alert], bool]
    mere: Callable[[int], bool]
    unfinished: Callable[[], Mapping[int, Sequence[str]]]
    held: dict[Held, int] = field(default_factory=dict)
    seen: dict[int, datetime] = field(default_factory=dict)


def load(tx: Connection, batch: Batch, fresh: Iterable[Alert]) -> None:
    """What the rules may look at for these alerts."""
    known, catalogue = batch.known, batch.catalogue
    groups: set[str] = set()
    scopes: set[correlation.Scope] = set()
    starts: list[datetime] = []
    names = looked_at(catalogue)
    for alert in fresh:
        routed = _routed(batch, alert, names)
        held = correlation.held_by(alert, routed)
        batch.routed[alert.key] = routed, held
        groups.add(held.group)
        groups.add(correlation.pin_of(alert.key).group)
        groups.update(name.group for name in correlation.paged_as(alert, held))
        starts.append(alert.starts_at or batch.now)
        if routed.component:
            around = catalogue.neighbours.get(routed.component, frozenset())
            scopes.update((routed.environment, name) for name in (routed.component, *around))
    for name, number in holders.of_groups(tx, groups).items():
        known.hold(name, number)
    wanted = {*known.holders.values()}
    wanted.update(one.incident for one in known.episodes.values() if one.incident is not None)
    known.incidents = incidents.by_numbers(tx, wanted)
    near = incidents.open_near(tx, scopes, min(starts) - NEAR, max(starts) + NEAR) if scopes else ()
    for incident in near:
        known.incidents.setdefault(incident.id, incident)
    for incident in known.incidents.values():
        list_as_open(known, incident)


def _routed(batch: Batch, alert: Alert, names: tuple[str, ...]) -> Routed:
    """Alerts of one group differ mostly in labels that no route asks for."""
    alike = tuple(map(alert.labels.get, names))
    found = batch.alike.get(alike)
    if found is None:
        found = batch.alike[alike] = route(batch.catalogue, alert.labels)
    return found


def list_as_open(known: Known, incident: Incident) -> None:
    if incident.component and incident.is_open:
        numbers = known.open_near.setdefault((incident.environment, incident.component), [])
        if incident.id not in numbers:
            numbers.append(incident.id)
