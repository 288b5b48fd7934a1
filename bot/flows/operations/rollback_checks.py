"""What is asked about one component before it is rolled back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.errors import Refused
from bot.domain.fact import Missing
from bot.domain.operations import contract_checks, prechecks, reach
from bot.domain.operations.aim import Aim, rolling
from bot.domain.operations.asking import Asking
from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.plan import Leg
from bot.domain.operations.prechecks import Untold
from bot.domain.operations.room import NOTHING, Amounts
from bot.domain.operations.survey import ClusterSurvey
from bot.domain.operations.way import needed, way_by
from bot.domain.ops_data.component import Component
from bot.domain.ops_data.evidence import read
from bot.flows.operations.told import Ask, told
from bot.ports.world import World

Judge = Callable[[Aim], Check]


@dataclass(frozen=True, kw_only=True)
class RollbackChecks:
    """`held` says who has hold of the component; empty where nobody does.

    `beside` waits for what the rest of the plan takes from the quotas of its namespace.
    """

    world: World
    asking: Asking
    component: Component
    leg: Leg
    held: str
    beside: Callable[[], Amounts]

    def asks(self, aimed: Callable[[], Aim | Untold]) -> list[Ask]:
        """`aimed` waits for what is read of the component first."""
        judges: Mapping[Code, Judge] = self._of_both()
        if self.component.rollout is not None and self.component.rollout.deployments:
            judges = {**judges, **self._of_cluster()}
        return [self._after(code, judge, aimed) for code, judge in judges.items()]

    def _of_both(self) -> dict[Code, Judge]:
        return {
            Code.TARGET: lambda found: prechecks.target(self.leg, found.release, found.known),
            Code.IMAGE: self._image,
            Code.CONFLICT: self._conflict,
            Code.BLAST_RADIUS: self._reach,
            Code.SUSPECT: lambda found: prechecks.suspect(
                self.leg, found.brought, self.asking.began
            ),
        }

    def _of_cluster(self) -> dict[Code, Judge]:
        return {
            Code.REFERENCES: self._references,
            Code.SCHEMA: self._schema,
            Code.FORMAT: lambda found: contract_checks.formats(
                self.component.name, found.contracts, found.written_since
            ),
            Code.SECRETS: lambda found: contract_checks.secrets(
                self.component.name,
                found.contracts,
                self.component.rollout.secret_epoch if self.component.rollout else None,
            ),
            Code.ROOM: self._room,
        }

    def _after(self, code: Code, judge: Judge, aimed: Callable[[], Aim | Untold]) -> Ask:
        name = self.component.name

        def look() -> Check:
            found = aimed()
            if isinstance(found, Untold):
                return Check(code=code, result=Result.UNKNOWN, seen=found.why, component=name)
            return judge(found)

        return Ask(code=code, component=name, look=look)

    def _image(self, found: Aim) -> Check:
        if not isinstance(found.survey, ClusterSurvey):
            return prechecks.kept(self.leg, there=found.place is not None)
        if found.ready:
            return prechecks.image(self.leg, {}, ready=found.ready)
        there = {name: self._pulled(name, found) for name in found.images}
        return prechecks.image(self.leg, there, ready=0)

    def _pulled(self, image: str, found: Aim) -> bool | Untold:
        """A sidecar may be of a registry that the bot cannot ask: ready pods that run it tell."""
        images = self.world.images
        if images is None:
            there: bool | Untold = Untold(why="no registry can be asked")
        else:
            there = told(lambda: images.exists(image))
        return True if isinstance(there, Untold) and image in found.running else there

    def _references(self, found: Aim) -> Check:
        cluster, name = self.world.cluster, self.component.name
        place = found.place
        if cluster is None or place is None or place.template is None:
            return prechecks.references(name, Untold(why="its template is not there any more"))
        template, namespace = place.template, self.component.namespace[found.survey.environment]
        return prechecks.references(name, told(lambda: cluster.lacks(namespace, template)))

    def _schema(self, found: Aim) -> Check:
        environment = found.survey.environment
        query = reach.schema(self.component, self.asking.catalogue, environment)
        declared = (found.contracts.schema_min, found.contracts.schema_max) != (None, None)
        version = number(self.world, query) if query and declared else None
        return contract_checks.schema(self.component.name, found.contracts, version)

    def _room(self, found: Aim) -> Check:
        if not isinstance(found.survey, ClusterSurvey):
            raise TypeError("only Deployments need room")
        try:
            takes = taken(found)
        except Refused as error:
            name = self.component.name
            return Check(code=Code.ROOM, result=Result.BLOCK, seen=str(error), component=name)
        return prechecks.has_room(found.survey, takes, self.beside())

    def _conflict(self, found: Aim) -> Check:
        survey = found.survey
        there = survey.workloads.values() if isinstance(survey, ClusterSurvey) else ()
        return prechecks.other_work(self.component.name, self.held, rolling(tuple(there)))

    def _reach(self, found: Aim) -> Check:
        color = self.leg.before.color if self.leg.before else ""
        return reached(self.world, self.asking, self.component, color)


def taken(found: Aim) -> Amounts:
    """From the quotas of its namespace; `Refused` where its way leads nowhere any more."""
    if not isinstance(found.survey, ClusterSurvey):
        return NOTHING
    if found.place is None:
        name = found.leg.component
        raise Refused(f"No template of {found.after.version} is left for {name}.")
    return needed(way_by(found.place, found.survey))


def reached(world: World, asking: Asking, component: Component, color: str) -> Check:
    """P10, for whichever kind of operation."""
    environment = asking.operation.environment
    query = reach.connections(component, asking.catalogue, environment, color)
    others = reach.dependants(component.name, asking.catalogue, environment)
    return prechecks.reach(component, others, number(world, query) if query else None)


def number(world: World, query: str) -> float | Untold:
    """The one number that Prometheus answers with, or why there is none."""
    metrics = world.metrics
    if metrics is None:
        return Untold(why="Prometheus is off")
    samples = told(lambda: metrics.ask(query))
    if isinstance(samples, Untold):
        return samples
    found = read(samples)
    return Untold(why=found.value) if isinstance(found, Missing) else found
