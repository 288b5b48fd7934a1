"""What was read of a component before anything is planned, and which of its colours serves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.cluster.route_split import Split, split
from bot.domain.cluster.workload import Deployment, Pod, Quota, ReplicaSet, Route, Scaler, Service
from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.ops_data.component import Component
from bot.domain.ops_data.rollout import Rollout
from bot.domain.releases.deploy import Site, SiteDeploy
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.wording import either


@dataclass(frozen=True, kw_only=True, slots=True)
class Workload:
    """One Deployment and what hangs on it; `history` has the highest revision first."""

    color: str
    deployment: Deployment
    history: Sequence[ReplicaSet] = ()
    scaler: Scaler | None = None
    pods: Sequence[Pod] = ()

    @property
    def ready(self) -> int:
        return sum(pod.ready and not pod.terminating for pod in self.pods)

    @property
    def pending(self) -> int:
        """Pods that no node has taken yet, or whose containers are not there yet."""
        return sum(pod.phase == "Pending" and not pod.terminating for pod in self.pods)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterSurvey:
    """`workloads` is by colour, `missing` says in words what is not there of the others.

    `quotas` is `None` where they may not be read; `records` are the ledger's, of this environment.
    """

    component: Component
    rollout: Rollout
    environment: str
    namespace: str
    workloads: Mapping[str, Workload]
    missing: Mapping[str, str]
    service: Service | None
    route: Route | None
    quotas: Sequence[Quota] | None
    records: Sequence[LedgerRelease]

    @property
    def idle(self) -> tuple[Workload, ...]:
        live = serving(self)
        return tuple(one for one in self.workloads.values() if one is not live)


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteSurvey:
    component: Component
    environment: str
    site: Site
    deploys: Sequence[SiteDeploy]
    records: Sequence[LedgerRelease]


@dataclass(frozen=True, kw_only=True, slots=True)
class Unseen:
    """A component that could not be read, and what was raised."""

    component: Component
    why: Refused | Unavailable | GiveUp


Survey = ClusterSurvey | SiteSurvey


def serving(survey: ClusterSurvey) -> Workload:
    """The workload that has the traffic; `Refused` where nobody can say which."""
    color = _live_color(survey)
    found = survey.workloads.get(color)
    if found is None:
        name = survey.component.name
        why = survey.missing.get(color, "It is not there.")
        raise Refused(f"{name} should be served by {color or 'its Deployment'}. {why}")
    return found


def _live_color(survey: ClusterSurvey) -> str:
    if not survey.rollout.coloured:
        return next(iter(survey.rollout.deployments), "")
    if survey.route is not None:
        return _routed(survey, survey.route)
    if survey.service is not None:
        return _selected(survey, survey.service)
    raise Refused(
        f"{survey.component.name} has colours, and neither a Service nor a route to switch them.",
        "Name its `service` and `selector`, or its `route`, in components.yaml.",
    )


def _selected(survey: ClusterSurvey, service: Service) -> str:
    key, colors = survey.rollout.selector, survey.rollout.deployments
    value = service.selector.get(key, "")
    if value in colors:
        return value
    says = f"selects {key}={value}" if value else f"selects no {key}"
    first = next(iter(colors))
    raise Refused(
        f"The Service {service.name} {says}, which is neither of {either(colors)}.",
        "Point it at the colour that should serve: "
        f"`kubectl -n {service.namespace} patch service {service.name} "
        f'-p \'{{"spec":{{"selector":{{"{key}":"{first}"}}}}}}\'`',
    )


def _routed(survey: ClusterSurvey, route: Route) -> str:
    colors = tuple(survey.rollout.deployments)
    for color in colors:
        others = [other for other in colors if other != color]
        if all(split(route.http, color, other) is Split.BEFORE for other in others):
            return color
    raise Refused(
        f"The VirtualService {route.name} does not send all traffic to one of {either(colors)}.",
        "Finish or end the canary first: give one subset the whole weight.",
    )
