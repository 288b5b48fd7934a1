"""The ledger loop writes down which release serves since when, and which has proven itself.

Level-triggered: it reads what runs and compares it with its rows, every few seconds and at once
where a watch says that a Deployment changed. The cluster's history of ReplicaSets tells what came
and went between two looks, as far as the cluster keeps one.
"""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.releases.learning import learnt
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.releases.sighting import Sighting
from bot.domain.verification.verification import Verdict
from bot.flows.leader import Leader
from bot.flows.releases.provenance import attributed, tell
from bot.flows.releases.proving import Proving
from bot.flows.releases.sighting import Place, Sight, places, sight
from bot.ports.world import World
from bot.store import releases
from bot.store.database import Conflict, Database

log = structlog.get_logger()
IDLE = 5.0
BREATH = 0.05
CLUSTER_EVERY = timedelta(seconds=10)
SITE_EVERY = timedelta(seconds=60)
PROOF_EVERY = timedelta(seconds=60)
NOTED_EVERY = timedelta(seconds=5)  # that what served still does: at every look that is due
AGAIN_AFTER = timedelta(seconds=1)  # where another writer was faster
LASTS = 5  # times in a row: no race any more


class LedgerLoop:
    """One place a turn. `problem` says what cannot be read of the bot's own environment.

    Where there is no staging, or no right to see it, nobody needs to be told all day.
    """

    def __init__(
        self,
        *,
        db: Database,
        world: World,
        catalogue: Callable[[], Catalogue],
        leader: Leader | None = None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """`changed` hears when an incident's story got longer."""
        self._changed = changed
        self._db, self._world, self._catalogue = db, world, catalogue
        self._leader = leader or Leader(db, "ledger", world.now)
        self._proving = Proving(world, catalogue)
        self._due: dict[Place, datetime] = {}
        self._proof_due: dict[Place, datetime] = {}
        self._up_since: dict[Place, tuple[int, datetime]] = {}
        self._problems: dict[Place, str] = {}
        self._beaten: dict[Place, int] = {}
        self._leads = False
        self._lock = threading.Lock()
        self._touched: set[tuple[str, str]] = set()

    @property
    def problem(self) -> str | None:
        own = self._catalogue().default_environment
        return next(
            (said for place, said in self._problems.items() if place.environment == own), None
        )

    def deployments(self) -> Mapping[str, frozenset[str]]:
        """What is worth watching, by namespace: nothing while another replica leads."""
        found: dict[str, frozenset[str]] = {}
        components = self._catalogue().components
        for place in places(self._world, components) if self._leads else ():
            component = components[place.component]
            if component.rollout is not None and not place.site:
                namespace = component.namespace[place.environment]
                names = frozenset(component.rollout.deployments.values())
                found[namespace] = found.get(namespace, frozenset()) | names
        return found

    def touched(self, namespace: str, deployment: str) -> None:
        """The next turn looks at whatever this Deployment is part of."""
        with self._lock:
            self._touched.add((namespace, deployment))

    def turn(self) -> float:
        self._leads = self._leader.leads()
        touched = self._news()
        if not self._leads:
            for known in (self._up_since, self._problems, self._beaten):
                known.clear()
            return IDLE
        now = self._world.now()
        there = list(places(self._world, self._catalogue().components))
        self._due = {
            place: now if self._is_of(place, touched) else self._due.get(place, now)
            for place in there
        }
        self._problems = {place: said for place, said in self._problems.items() if place in there}
        if not there:
            return IDLE
        first = min(there, key=lambda place: self._due[place])
        if self._due[first] <= now:
            self._due[first] = now + (SITE_EVERY if first.site else CLUSTER_EVERY)
            self._look(first)
        wait = (min(self._due.values()) - self._world.now()).total_seconds()
        return min(max(wait, BREATH), IDLE)

    def stop(self) -> None:
        self._leader.resign()

    def _news(self) -> set[tuple[str, str]]:
        with self._lock:
            touched, self._touched = self._touched, set()
        return touched

    def _is_of(self, place: Place, touched: set[tuple[str, str]]) -> bool:
        component = self._catalogue().components[place.component]
        if place.site or component.rollout is None:
            return False
        namespace = component.namespace[place.environment]
        return any((namespace, name) in touched for name in component.rollout.deployments.values())

    def _look(self, place: Place) -> None:
        component, at = self._catalogue().components[place.component], self._world.now()
        try:
            seen = sight(self._world, component, place)
        except (Unavailable, Refused, GiveUp) as error:
            self._problems[place] = str(error)
            self._due[place] = self._world.now() + self._patience(place)
            self._up_since.pop(place, None)
            return
        try:
            live = self._learn(seen)
            self._note(live, at)
        except Conflict:
            self._try_again(place)
            return
        self._beaten.pop(place, None)
        self._problems.pop(place, None)
        if seen.problem:
            self._problems[place] = seen.problem
        if live is not None and live.id is not None:
            self._prove(place, live, live.id, seen)

    def _patience(self, place: Place) -> timedelta:
        own = place.environment == self._catalogue().default_environment
        return CLUSTER_EVERY if own and not place.site else SITE_EVERY

    def _try_again(self, place: Place) -> None:
        self._due[place] = self._world.now() + AGAIN_AFTER
        times = self._beaten[place] = self._beaten.get(place, 0) + 1
        if times >= LASTS:
            self._problems[place] = (
                f"The releases of {place.component} in {place.environment} cannot be written "
                f"down: another writer was faster, {times} times in a row."
            )

    def _learn(self, seen: Sight) -> LedgerRelease | None:
        """What serves now, as it stands in the ledger."""
        sighting, now = seen.sighting, self._world.now()
        with self._db.read() as tx:
            if not learnt(_known(tx, sighting), sighting, now):
                return _serving(tx, seen)
        with self._db.write() as tx:
            known = _known(tx, sighting)
            changed = learnt(known, sighting, now)
            if known:
                changed = attributed(tx, known, changed, now)
            changed = releases.keep(tx, changed)
            told = bool(known) and tell(tx, known, changed, now)
            live = _serving(tx, seen)
        for row in changed:
            log.info("ledger.learnt", component=row.component, version=row.version)
        if told:
            self._changed()
        return live

    def _note(self, live: LedgerRelease | None, at: datetime) -> None:
        """That it served when the look began."""
        if live is None or live.id is None:
            return
        if live.seen_at is None or at - live.seen_at >= NOTED_EVERY:
            with self._db.write() as tx:
                releases.seen(tx, live.id, at)

    def _prove(self, place: Place, live: LedgerRelease, number: int, seen: Sight) -> None:
        now, after = self._world.now(), self._catalogue().policy.proven_after
        if not seen.ready:
            self._up_since.pop(place, None)
            return
        same, since = self._up_since.get(place, (number, now))
        if same != number:
            since = now
        self._up_since[place] = (number, since)
        due = self._proof_due.get(place, now)
        if not live.may_prove_itself(now, after) or now < due:
            return
        self._proof_due[place] = now + min(PROOF_EVERY, after)
        if self._well(place, live, since, now - after):
            with self._db.write() as tx:
                releases.judge(tx, live, Verdict.PASS, now)
            log.info("ledger.proven", component=live.component, version=live.version)

    def _well(self, place: Place, live: LedgerRelease, up_since: datetime, since: datetime) -> bool:
        """Within its targets; where nobody measures, up all the while. And no incident either way.

        An incident need not show in the numbers: what loses documents answers 200.
        """
        with self._db.read() as tx:
            if releases.troubled(tx, place.environment, place.component, since):
                return False
        catalogue = self._catalogue()
        component = catalogue.components[place.component]
        colors = component.rollout.deployments if component.rollout else {}
        color = next((color for color, name in colors.items() if name == live.workload), "")
        window = catalogue.policy.proven_after
        within = self._proving.within_targets(component, place.environment, color, window)
        return up_since <= since if within is None else within


def _known(tx: Connection, sighting: Sighting) -> list[LedgerRelease]:
    """Also what is older than the newest rows and still there: it is not new."""
    seen = {one.identity for one in sighting.releases}
    return releases.of_component(tx, sighting.environment, sighting.component, also=seen)


def _serving(tx: Connection, seen: Sight) -> LedgerRelease | None:
    if seen.sighting.live is None:
        return None
    found = releases.of_component(tx, seen.sighting.environment, seen.sighting.component)
    return next((row for row in found if row.serves), None)
