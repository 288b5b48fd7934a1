"""Asks all that is checked before an operation, side by side, and waits for no one too long.

What has not answered when the time is up cannot be told. Judging the answers is the domain's.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from bot.domain.errors import Refused
from bot.domain.operations import prechecks
from bot.domain.operations.aim import Aim, aim
from bot.domain.operations.asking import Asking
from bot.domain.operations.check import Check, Code
from bot.domain.operations.groundwork import data_of
from bot.domain.operations.operation import Operation
from bot.domain.operations.plan import Kind, Leg, Plan, Step
from bot.domain.operations.prechecks import Untold
from bot.domain.operations.restart import cluster_of
from bot.domain.operations.restore_policy import decide
from bot.domain.operations.rollback import known
from bot.domain.operations.room import Amounts, together
from bot.domain.operations.survey import ClusterSurvey, Survey
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.restore_point import Provider, Store
from bot.domain.releases.ledger import LedgerRelease
from bot.flows.operations.in_place_checks import InPlaceChecks
from bot.flows.operations.in_place_checks import taken as changed_there
from bot.flows.operations.rehearsing import rehearse
from bot.flows.operations.rollback_checks import RollbackChecks
from bot.flows.operations.rollback_checks import taken as aimed_at
from bot.flows.operations.survey import Releases, survey
from bot.flows.operations.told import Ask, told
from bot.ports.world import World

T = TypeVar("T")

_AT_ONCE = 32
_ORDER = list(Code)


def checks(
    world: World,
    catalogue: Catalogue,
    operation: Operation,
    plan: Plan,
    releases: Releases,
    *,
    began: datetime,
    held: Mapping[str, str],
) -> tuple[Check, ...]:
    """In the order of their numbers.

    `held` says by component who else has hold of it, and since when; `began` is when the
    operation's incident began.
    """
    asking = Asking(operation=operation, catalogue=catalogue, began=began, now=world.now())
    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="checks")
    try:
        gathering = _Gathering(
            world=world, asking=asking, plan=plan, releases=releases, held=held, pool=pool
        )
        return _answers(pool, gathering.asks(), catalogue.policy.checks_within)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _answers(pool: ThreadPoolExecutor, asks: Sequence[Ask], within: timedelta) -> tuple[Check, ...]:
    asked = {pool.submit(one.look): one for one in asks}
    done, _ = wait(asked, timeout=within.total_seconds())
    found = [
        future.result() if future in done else prechecks.late(one.code, one.component, within)
        for future, one in asked.items()
    ]
    return tuple(sorted(found, key=lambda check: _ORDER.index(check.code)))


@dataclass(frozen=True, kw_only=True)
class _Gathering:
    world: World
    asking: Asking
    plan: Plan
    releases: Releases
    held: Mapping[str, str]
    pool: ThreadPoolExecutor

    def asks(self) -> list[Ask]:
        if not self.plan.steps:
            return []
        return [*self._of_kind(), *self._rehearsals()]

    def _of_kind(self) -> Iterable[Ask]:
        match self.plan.kind:
            case Kind.ROLLBACK:
                moving = [self.asking.catalogue.components[name] for name in self.plan.components]
                stores = data_of(moving, self.asking)
                return [*self._of_rollback(), *(self._of_store(store) for store in stores)]
            case Kind.RESTART | Kind.SCALE:
                return self._in_place()
            case Kind.FREEZE | Kind.UNFREEZE:
                return [self._of_freeze(leg) for leg in self.plan.legs]

    def _of_freeze(self, leg: Leg) -> Ask:
        name = leg.component
        look = partial(prechecks.other_work, name, self.held.get(name, ""), ())
        return Ask(code=Code.CONFLICT, component=name, look=look)

    def _of_rollback(self) -> Iterable[Ask]:
        aims = {
            leg.component: self._begun(partial(self._aim, leg, self._records(leg)))
            for leg in self.plan.legs
        }
        for leg in self.plan.legs:
            name = leg.component
            yield from RollbackChecks(
                world=self.world,
                asking=self.asking,
                component=self.asking.catalogue.components[name],
                leg=leg,
                held=self.held.get(name, ""),
                beside=partial(self._beside, name, aims, aimed_at),
            ).asks(aims[name])

    def _in_place(self) -> Iterable[Ask]:
        surveys = {
            leg.component: self._begun(partial(self._cluster, leg.component, self._records(leg)))
            for leg in self.plan.legs
        }
        for name, surveyed in surveys.items():
            yield from InPlaceChecks(
                world=self.world,
                asking=self.asking,
                plan=self.plan,
                component=self.asking.catalogue.components[name],
                held=self.held.get(name, ""),
                beside=partial(self._beside, name, surveys, partial(changed_there, self.plan)),
            ).asks(surveyed)

    def _beside(
        self, name: str, read: Mapping[str, Callable[[], T | Untold]], takes: Callable[[T], Amounts]
    ) -> Amounts:
        """What the others take from the same quotas; who cannot be told has a check to say so."""
        parts, where = self.asking.catalogue.components, self.plan.environment
        home = parts[name].namespace.get(where)
        found = []
        for other, wait_for in read.items():
            if other == name or parts[other].namespace.get(where) != home:
                continue
            seen = wait_for()
            if isinstance(seen, Untold):
                continue
            try:
                found.append(takes(seen))
            except Refused:
                continue
        return together(found)

    def _of_store(self, store: Store) -> Ask:
        def look() -> Check:
            if store.provider is Provider.NONE:
                return prechecks.no_restore_point(store)
            snapshots = self.world.snapshots.get(store.provider)
            if snapshots is None:
                return prechecks.restore_point(store, Untold(why=f"{store.provider} is off"))
            state = told(lambda: snapshots.state(store))
            if isinstance(state, Untold):
                return prechecks.restore_point(store, state)
            asking, operation = self.asking, self.asking.operation
            decision = decide(
                state, asking.now, asking.catalogue.policy, may_stall=operation.request.may_stall
            )
            return prechecks.restore_point(store, decision, operation.name)

        return Ask(code=Code.RESTORE_POINT, component=store.component, look=look)

    def _rehearsals(self) -> list[Ask]:
        """A restore point has no dry run, and a check of its own."""
        lanes: dict[str, list[Step]] = {}
        for step in self.plan.steps:
            if step.component in self.plan.components:
                lanes.setdefault(step.component, []).append(step)
        return [
            Ask(
                code=Code.REHEARSAL, component=name, look=partial(rehearse, self.world, name, steps)
            )
            for name, steps in lanes.items()
        ]

    def _records(self, leg: Leg) -> Sequence[LedgerRelease]:
        """Read before the rest: without our own database there is no check at all."""
        return tuple(self.releases(leg.component))

    def _aim(self, leg: Leg, records: Sequence[LedgerRelease]) -> Aim:
        found = self._survey(leg.component, records)
        return aim(leg, found, known(self.asking, found))

    def _cluster(self, name: str, records: Sequence[LedgerRelease]) -> ClusterSurvey:
        return cluster_of(self._survey(name, records), "changed")

    def _survey(self, name: str, records: Sequence[LedgerRelease]) -> Survey:
        component = self.asking.catalogue.components[name]
        return survey(self.world, component, self.asking.operation.environment, records)

    def _begun(self, read: Callable[[], T]) -> Callable[[], T | Untold]:
        """Reads at once, once for all the checks that need it; they wait for it."""
        return self.pool.submit(told, read).result
