"""Plans another number of pods for what serves."""

from collections.abc import Sequence

from bot.domain.cluster.hold import ASKED
from bot.domain.errors import Misuse, Refused
from bot.domain.operations.operation import Operation
from bot.domain.operations.plan import Kind, Leg, Mechanism, Plan, Step
from bot.domain.operations.restart import cluster_of
from bot.domain.operations.survey import ClusterSurvey, Survey, Unseen, serving
from bot.domain.wording import count

MOST = 1000  # a slip of the finger, not a size


def plan(operation: Operation, surveys: Sequence[Survey | Unseen]) -> Plan:
    """To the count that was asked for; the way back from another, to the one before that."""
    wanted = operation.request.replicas
    if not operation.request.components or wanted is None:
        raise Misuse("Say what to scale, and to how many pods.", "`scale graphql-api 5`")
    if not 0 < wanted <= MOST:
        raise Refused(
            f"{wanted} pods cannot be asked for: at least 1, at most {MOST}.",
            f"`scale {operation.request.components[0]} 1` is the least that still serves.",
        )
    found = [cluster_of(survey, "scaled") for survey in surveys]
    counts = [_count(one, operation, wanted) for one in found]
    return Plan(
        kind=Kind.SCALE,
        environment=operation.environment,
        legs=tuple(Leg(component=one.component.name, mechanism=Mechanism.NONE) for one in found),
        steps=tuple(_step(one, pods) for one, pods in zip(found, counts, strict=True)),
        notes=tuple(_note(one) for one in found),
    )


def _count(survey: ClusterSurvey, operation: Operation, wanted: int) -> int:
    return wanted if operation.reverts is None else _before(survey, wanted)


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


def _before(survey: ClusterSurvey, given: int) -> int:
    """What it was before `given`: the objects remember it until they get another count."""
    live = serving(survey)
    name, deployment, scaler = survey.component.name, live.deployment, live.scaler
    held = [(deployment.annotations, deployment.replicas)]
    if scaler is not None:
        held.insert(0, (scaler.annotations, scaler.minimum))
    kept = [ASKED.original(*one) for one in held if one[1] == given and ASKED.keeps(*one)]
    if not kept:
        raise Refused(
            f"{deployment.name}, which serves {name} now, is not at {count(given, 'pod')} any "
            "more: somebody changed it since, or the traffic moved.",
            f"`scale {name} N` gives it any other count.",
        )
    if min(kept) < 1:
        raise Refused(
            f"{deployment.name}, which serves {name} now, had no pods before that.",
            f"`scale {name} 1` is the least that still serves.",
        )
    return kept[0]


def _note(survey: ClusterSurvey) -> str:
    live = serving(survey)
    runs = f"{live.deployment.name} is asked for {live.deployment.replicas} pods now"
    if live.scaler is None:
        return f"{runs}."
    return (
        f"{runs}; its autoscaler keeps {live.scaler.minimum} to {live.scaler.maximum}, and may "
        "still go above what is asked for here."
    )
