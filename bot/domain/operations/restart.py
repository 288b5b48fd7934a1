"""Plans a rolling restart of what serves: the same release, new pods."""

from collections.abc import Sequence

from bot.domain.errors import Misuse, Refused
from bot.domain.operations.operation import Operation
from bot.domain.operations.plan import Kind, Leg, Mechanism, Plan, Step
from bot.domain.operations.survey import ClusterSurvey, Survey, Unseen, Workload, serving
from bot.domain.ops_data.component import Kind as ComponentKind


def plan(operation: Operation, surveys: Sequence[Survey | Unseen]) -> Plan:
    if not operation.request.components:
        raise Misuse("Say what to restart.", "`restart graphql-api`")
    found = [cluster_of(survey, "restarted") for survey in surveys]
    return Plan(
        kind=Kind.RESTART,
        environment=operation.environment,
        legs=tuple(Leg(component=one.component.name, mechanism=Mechanism.NONE) for one in found),
        steps=tuple(_step(one) for one in found),
        notes=tuple(_note(one) for one in found),
    )


def cluster_of(survey: Survey | Unseen, done: str) -> ClusterSurvey:
    """The survey of Deployments; `Refused` for a site, and what kept it from being read."""
    if isinstance(survey, Unseen):
        raise survey.why
    if not isinstance(survey, ClusterSurvey):
        raise Refused(
            f"{survey.component.name} is a site: there are no pods to be {done}.",
            f"To change what it shows: `rollback --component {survey.component.name}`."
            if survey.component.kind is ComponentKind.NETLIFY
            else "",
        )
    return survey


def must_roll(workload: Workload) -> None:
    deployment = workload.deployment
    if deployment.paused:
        raise Refused(
            f"{deployment.name} is paused: nothing would roll.",
            f"`{deployment.to_resume}`, then ask again.",
        )


def _step(survey: ClusterSurvey) -> Step:
    live = serving(survey)
    must_roll(live)
    name = survey.component.name
    args = {"namespace": survey.namespace, "deployment": live.deployment.name}
    return Step(name=f"restart {name}", action="restart", component=name, args=args, stage=1)


def _note(survey: ClusterSurvey) -> str:
    live = serving(survey)
    idle = [one.deployment.name for one in survey.idle]
    kept = f"; {idle[0]}, which is idle, keeps its pods" if len(idle) == 1 else ""
    return f"{live.deployment.name} serves {survey.component.name} now{kept}."
