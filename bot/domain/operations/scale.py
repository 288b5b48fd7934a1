"""Plans another number of pods for what serves."""

from collections.abc import Sequence

from bot.domain.cluster.hold import ASKED
from bot.domain.errors import Misuse, Refused
from bot.domain.operations.operation import Operation
from bot.domain.operations.plan import Kind, Leg, Mechanism, Plan, Step
from bot.domain.operations.restart import cluster_of
from bot.domain.operations.survey import ClusterSurvey, Survey, Unseen, serving

MOST = 1000  # a slip of the finger, not a size


def plan(operation: Operation, surveys: Sequence[Survey | Unseen]) -> Plan:
    """To the count that was asked for, or, of what reverts another, to the one before."""
    if operation.reverts is not None:
        found = _scalable(surveys)
        before = [_before(one, operation) for one in found]
        return _plan(operation, found, [_back(one) for one in found], before)
    wanted = operation.request.replicas
    if not operation.request.components or wanted is None:
        raise Misuse("Say what to scale, and to how many pods.", "`scale graphql-api 5`")
    if not 0 < wanted <= MOST:
        raise Refused(
            f"{wanted} pods cannot be asked for: at least 1, at most {MOST}.",
            f"`scale {operation.request.components[0]} 1` is the least that still serves.",
        )
    found = _scalable(surveys)
    return _plan(operation, found, [_step(one, wanted) for one in found])


def _scalable(surveys: Sequence[Survey | Unseen]) -> list[ClusterSurvey]:
    return [cluster_of(survey, "scaled") for survey in surveys]


def _plan(
    operation: Operation,
    found: Sequence[ClusterSurvey],
    steps: Sequence[Step],
    notes: Sequence[str] = (),
) -> Plan:
    return Plan(
        kind=Kind.SCALE,
        environment=operation.environment,
        legs=tuple(Leg(component=one.component.name, mechanism=Mechanism.NONE) for one in found),
        steps=tuple(steps),
        notes=(*(_note(one) for one in found), *notes),
    )


def _step(survey: ClusterSurvey, wanted: int) -> Step:
    live = serving(survey)
    name, scaler = survey.component.name, live.scaler
    if scaler is not None and wanted > scaler.maximum:
        raise Refused(
            f"The autoscaler {scaler.name} allows {scaler.maximum} pods at most, not {wanted}.",
            f"`kubectl -n {survey.namespace} patch hpa {scaler.name} "
            f'-p \'{{"spec":{{"maxReplicas":{wanted}}}}}\'` first, or ask for '
            f"`scale {name} {scaler.maximum}`.",
        )
    args = {
        "namespace": survey.namespace,
        "deployment": live.deployment.name,
        "scaler": scaler.name if scaler else "",
        "replicas": wanted,
    }
    return Step(name=f"scale {name}", action="scale", component=name, args=args, stage=1)


def _before(survey: ClusterSurvey, operation: Operation) -> str:
    """The objects remember it themselves, for as long as nobody gives them another count."""
    live = serving(survey)
    name, deployment, scaler = survey.component.name, live.deployment, live.scaler
    held = [(scaler.annotations, scaler.minimum)] if scaler else []
    held.append((deployment.annotations, deployment.replicas))
    kept = (ASKED.original(*one) for one in held if ASKED.keeps(*one))
    before = next(kept, None)
    if before is None:
        raise Refused(
            f"{deployment.name}, which serves {name} now, is not at the count that "
            f"OP-{operation.reverts} gave: somebody changed it since, or the traffic moved.",
            f"`scale {name} N` gives it any other.",
        )
    return f"{deployment.name} had {before} before OP-{operation.reverts}, and gets that back."


def _back(survey: ClusterSurvey) -> Step:
    live = serving(survey)
    name, scaler = survey.component.name, live.scaler
    args = {
        "namespace": survey.namespace,
        "deployment": live.deployment.name,
        "scaler": scaler.name if scaler else "",
        "asked": True,
    }
    return Step(
        name=f"scale {name} back", action="restore_minimum", component=name, args=args, stage=1
    )


def _note(survey: ClusterSurvey) -> str:
    live = serving(survey)
    runs = f"{live.deployment.name} is asked for {live.deployment.replicas} pods now"
    if live.scaler is None:
        return f"{runs}."
    return (
        f"{runs}; its autoscaler keeps {live.scaler.minimum} to {live.scaler.maximum}, and may "
        "still go above what is asked for here."
    )
