"""Reads of the world what a plan is made from: components side by side, each by a few calls."""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from bot.domain.cluster.workload import Quota
from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.operations.sighted import sighted
from bot.domain.operations.survey import ClusterSurvey, SiteSurvey, Survey, Unseen, Workload
from bot.domain.ops_data.component import Component, Kind
from bot.domain.ops_data.rollout import Rollout
from bot.domain.releases.deploy import SiteDeploy
from bot.domain.releases.learning import caught_up
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.verification.verification import Verdict
from bot.ports.cluster import Cluster
from bot.ports.sites import Sites
from bot.ports.world import World

Releases = Callable[[str], Sequence[LedgerRelease]]
"""The ledger's rows of a component, in the operation's environment."""

_AT_ONCE = 8
_DEPLOYS = 100  # of a site; older ones are looked up one by one
_LOOKED_UP = 3


def surveys(
    world: World, components: Sequence[Component], environment: str, releases: Releases
) -> tuple[Survey | Unseen, ...]:
    """One for each component, in their order; what was raised stands in `Unseen`."""
    records = {one.name: tuple(releases(one.name)) for one in components}

    def read(one: Component) -> Survey | Unseen:
        try:
            return survey(world, one, environment, records[one.name])
        except (Refused, Unavailable, GiveUp) as error:
            return Unseen(component=one, why=error)

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="survey") as pool:
        return tuple(pool.map(read, components))


def survey(
    world: World, component: Component, environment: str, records: Sequence[LedgerRelease]
) -> Survey:
    """Raises as the ports do, and `Refused` where the vendor is off.

    Its `records` are as of this very look: who asks just after a switch is ahead of the ledger.
    """
    found = _read(world, component, environment, records)
    return replace(found, records=caught_up(records, sighted(found), world.now()))


def _read(
    world: World, component: Component, environment: str, records: Sequence[LedgerRelease]
) -> Survey:
    if component.kind is Kind.NETLIFY:
        if world.sites is None:
            raise Refused("Netlify is off.", "Set CANDLEFISH_NETLIFY_TOKEN, and restart the bot.")
        return _site(world.sites, component, environment, records)
    if world.cluster is None:
        raise Refused("Kubernetes is off.", "Set CANDLEFISH_KUBECONFIG, and restart the bot.")
    if component.rollout is None:
        raise Refused(f"{component.name} has no rollout.", "Give it one in components.yaml.")
    return _cluster(world.cluster, component, component.rollout, environment, records)


def _cluster(
    cluster: Cluster,
    component: Component,
    rollout: Rollout,
    environment: str,
    records: Sequence[LedgerRelease],
) -> ClusterSurvey:
    namespace = component.namespace[environment]
    workloads: dict[str, Workload] = {}
    missing: dict[str, str] = {}
    for color, name in rollout.deployments.items():
        try:
            workloads[color] = _workload(cluster, namespace, color, name)
        except Refused as error:
            missing[color] = str(error)
    return ClusterSurvey(
        component=component,
        rollout=rollout,
        environment=environment,
        namespace=namespace,
        workloads=workloads,
        missing=missing,
        service=cluster.service(namespace, rollout.service) if rollout.service else None,
        route=cluster.route(namespace, rollout.route) if rollout.route else None,
        quotas=_quotas(cluster, namespace),
        records=records,
    )


def _workload(cluster: Cluster, namespace: str, color: str, name: str) -> Workload:
    deployment = cluster.deployment(namespace, name)
    return Workload(
        color=color,
        deployment=deployment,
        history=tuple(cluster.replica_sets(deployment)),
        scaler=next((one for one in cluster.scalers(namespace) if one.deployment == name), None),
        pods=tuple(cluster.pods(namespace, deployment.selector)),
    )


def _quotas(cluster: Cluster, namespace: str) -> Sequence[Quota] | None:
    """Their right is one that a Role may leave out."""
    try:
        return tuple(cluster.quotas(namespace))
    except Refused:
        return None


def _site(
    sites: Sites, component: Component, environment: str, records: Sequence[LedgerRelease]
) -> SiteSurvey:
    name = component.sites[environment]
    site = sites.site(name)
    deploys = list(sites.deploys(name, limit=_DEPLOYS))
    return SiteSurvey(
        component=component,
        environment=environment,
        site=site,
        deploys=(*deploys, *_older(sites, {one.id for one in deploys}, records)),
        records=records,
    )


def _older(
    sites: Sites, listed: Collection[str], records: Sequence[LedgerRelease]
) -> list[SiteDeploy]:
    """Known good deploys that are off the host's first page; one that is gone is no candidate."""
    newest = sorted(records, key=lambda row: row.deployed_at, reverse=True)
    wanted = dict.fromkeys(
        row.identity for row in newest if row.verdict is Verdict.PASS and row.identity not in listed
    )
    found = []
    for identity in [*wanted][:_LOOKED_UP]:
        try:
            found.append(sites.deploy(identity))
        except Refused:
            continue
    return found
