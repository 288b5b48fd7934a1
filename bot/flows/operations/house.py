"""What a plan is made of here: the world as it is, the ops data, the ledger, and the locks."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.operations.check import Check
from bot.domain.operations.operation import Operation
from bot.domain.operations.plan import Plan
from bot.domain.operations.scope import in_scope
from bot.domain.operations.setback import Setback
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.wording import span
from bot.flows.operations import checks, planner
from bot.flows.operations.occasion import trouble_of
from bot.flows.operations.setbacks import lately
from bot.flows.operations.survey import Releases
from bot.flows.operations.verifying import Watch
from bot.ports.world import World
from bot.store import locks, releases
from bot.store.database import Database


@dataclass(frozen=True, kw_only=True)
class House:
    """The `Planner` of a running bot."""

    db: Database
    world: World
    catalogue: Callable[[], Catalogue]
    watch: Watch

    def plan(self, operation: Operation) -> Plan:
        return planner.plan(
            self.world,
            self.catalogue(),
            operation,
            self._releases(operation),
            began=trouble_of(self.db, operation),
            setbacks=self._setbacks(operation),
            troubled=self._troubled(operation),
        )

    def checks(self, operation: Operation, plan: Plan) -> tuple[Check, ...]:
        return checks.checks(
            self.world,
            self.catalogue(),
            operation,
            plan,
            self._releases(operation),
            began=trouble_of(self.db, operation),
            held=self._held(operation, plan),
        )

    def subjects(self, operation: Operation, plan: Plan) -> Sequence[Mapping[str, Any]]:
        return self.watch.subjects(operation, plan)

    def _releases(self, operation: Operation) -> Releases:
        def of(component: str) -> Sequence[LedgerRelease]:
            with self.db.read() as tx:
                return releases.of_component(tx, operation.environment, component)

        return of

    def _troubled(self, operation: Operation) -> Collection[str]:
        """As it was when it was asked for: what opens since then changes no plan."""
        names = [one.name for one in in_scope(operation, self.catalogue())]
        environment, at = operation.environment, operation.requested_at
        with self.db.read() as tx:
            return [name for name in names if releases.troubled(tx, environment, name, at, at)]

    def _setbacks(self, operation: Operation) -> Sequence[Setback]:
        """Counted from when it was asked for, so that time alone changes no plan."""
        since = operation.requested_at - self.catalogue().policy.switches_within
        with self.db.read() as tx:
            return lately(tx, operation, since)

    def _held(self, operation: Operation, plan: Plan) -> Mapping[str, str]:
        now = self.world.now()
        with self.db.read() as tx:
            taken = locks.held(tx, plan.environment, plan.components, but=operation.id)
        return {
            one.component: f"OP-{one.operation} has had hold of it for {span(now - one.since)}"
            for one in taken
        }
