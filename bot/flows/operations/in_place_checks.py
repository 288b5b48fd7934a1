"""What is asked about one component before it is restarted or scaled."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.errors import Refused
from bot.domain.operations import prechecks, room
from bot.domain.operations.aim import rolling
from bot.domain.operations.asking import Asking
from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.plan import Plan
from bot.domain.operations.prechecks import Untold
from bot.domain.operations.survey import ClusterSurvey, Workload, serving
from bot.domain.ops_data.component import Component
from bot.flows.operations.rollback_checks import reached
from bot.flows.operations.told import Ask, told
from bot.ports.world import World

Judge = Callable[[ClusterSurvey, Workload], Check]


@dataclass(frozen=True, kw_only=True)
class InPlaceChecks:
    """`beside` waits for what the rest of the plan takes from the quotas of its namespace."""

    world: World
    asking: Asking
    plan: Plan
    component: Component
    held: str
    beside: Callable[[], room.Amounts]

    def asks(self, surveyed: Callable[[], ClusterSurvey | Untold]) -> list[Ask]:
        """`surveyed` waits for what is read of the component first."""
        judges: dict[Code, Judge] = {
            Code.REFERENCES: self._references,
            Code.ROOM: self._room,
            Code.CONFLICT: lambda _, live: prechecks.other_work(
                self.component.name, self.held, rolling((live,))
            ),
            Code.BLAST_RADIUS: lambda _, live: reached(
                self.world, self.asking, self.component, live.color
            ),
        }
        return [self._after(code, judge, surveyed) for code, judge in judges.items()]

    def _after(
        self, code: Code, judge: Judge, surveyed: Callable[[], ClusterSurvey | Untold]
    ) -> Ask:
        name = self.component.name

        def look() -> Check:
            found = surveyed()
            if isinstance(found, Untold):
                return Check(code=code, result=Result.UNKNOWN, seen=found.why, component=name)
            try:
                return judge(found, serving(found))
            except Refused as error:
                return Check(code=code, result=Result.BLOCK, seen=str(error), component=name)

        return Ask(code=code, component=name, look=look)

    def _references(self, survey: ClusterSurvey, live: Workload) -> Check:
        """Its new pods start from the template that the old ones did, maybe long ago."""
        cluster = self.world.cluster
        if cluster is None:
            return prechecks.references(self.component.name, Untold(why="Kubernetes is off"))
        template = live.deployment.template
        lacks = told(lambda: cluster.lacks(survey.namespace, template))
        return prechecks.references(self.component.name, lacks)

    def _room(self, survey: ClusterSurvey, live: Workload) -> Check:
        return prechecks.has_room(survey, taken(self.plan, survey), self.beside())


def taken(plan: Plan, survey: ClusterSurvey) -> room.Amounts:
    """From the quotas of its namespace."""
    live, name = serving(survey), survey.component.name
    for step in plan.steps:
        if step.component == name and step.action == "scale":
            return room.to_grow(live, int(step.args["replicas"]))
    return room.to_roll(live, live.deployment.template)
