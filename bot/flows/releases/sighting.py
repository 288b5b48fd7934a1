"""Reads what runs of a component: from the cluster, or from its site's host."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from bot.domain.cluster.rollout_status import Rollout as Progress
from bot.domain.cluster.rollout_status import rollout_status
from bot.domain.errors import Refused
from bot.domain.operations.sighted import sighted
from bot.domain.operations.survey import ClusterSurvey, SiteSurvey, Workload, serving
from bot.domain.ops_data.component import Component, Kind
from bot.domain.ops_data.rollout import Rollout
from bot.domain.releases.sighting import Sighting
from bot.ports.cluster import Cluster
from bot.ports.sites import Sites
from bot.ports.world import World

_DEPLOYS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a component runs: a namespace, or a site."""

    component: str
    environment: str
    site: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """`ready` says whether what serves is up; `problem` why nobody can say what serves."""

    sighting: Sighting
    ready: bool
    problem: str = ""


def places(world: World, components: Mapping[str, Component]) -> Iterator[Place]:
    """All that can be read. A site that two environments share belongs to the first."""
    for name, component in components.items():
        rollout = component.rollout
        if rollout is not None and rollout.deployments and world.cluster is not None:
            for environment in component.namespace:
                yield Place(component=name, environment=environment)
        if component.kind is Kind.NETLIFY and world.sites is not None:
            owners: dict[str, str] = {}
            for environment in component.environments:
                site = component.sites.get(environment, "")
                if site and owners.setdefault(site, environment) == environment:
                    yield Place(component=name, environment=environment, site=site)


def sight(world: World, component: Component, place: Place) -> Sight:
    """Raises `Refused` and `Unavailable` as the ports do."""
    if place.site and world.sites is not None:
        return _of_site(world, world.sites, component, place)
    if component.rollout is not None and world.cluster is not None:
        return _of_cluster(world.cluster, component, component.rollout, place.environment)
    raise Refused(f"{component.name} runs nowhere that the bot can read.")


def _of_site(world: World, sites: Sites, component: Component, place: Place) -> Sight:
    site = sites.site(place.site)
    deploys = sites.deploys(place.site, limit=_DEPLOYS)
    probes = component.rollout.probes.get(place.environment, ()) if component.rollout else ()
    fine = world.visits is None or all(world.visits.get(url).fine for url in islice(probes, 1))
    survey = SiteSurvey(
        component=component,
        environment=place.environment,
        site=site,
        deploys=deploys,
        records=(),
    )
    return Sight(
        sighting=sighted(survey),
        ready=site.published is not None and site.published.ready and fine,
    )


def _of_cluster(
    cluster: Cluster, component: Component, rollout: Rollout, environment: str
) -> Sight:
    namespace = component.namespace[environment]
    found: dict[str, Workload] = {}
    missing: dict[str, str] = {}
    for color, name in rollout.deployments.items():
        try:
            deployment = cluster.deployment(namespace, name)
        except Refused as no:
            missing[color] = no.fact
            continue
        history = cluster.replica_sets(deployment)
        found[color] = Workload(color=color, deployment=deployment, history=history)
    if not found:
        raise Refused(f"Nothing of {component.name} is there. {' '.join(missing.values())}")
    survey = ClusterSurvey(
        component=component,
        rollout=rollout,
        environment=environment,
        namespace=namespace,
        workloads=found,
        missing=missing,
        service=(
            cluster.service(namespace, rollout.service)
            if rollout.coloured and rollout.service and not rollout.route
            else None
        ),
        route=cluster.route(namespace, rollout.route) if rollout.route else None,
        quotas=None,
        records=(),
    )
    return _served(survey)


def _served(survey: ClusterSurvey) -> Sight:
    live, problem = None, ""
    try:
        live = serving(survey)
    except Refused as no:
        problem = str(no)
    ready = live is not None and _is_up(live)
    return Sight(sighting=sighted(survey), ready=ready, problem=problem)


def _is_up(workload: Workload) -> bool:
    status = rollout_status(workload.deployment, workload.history, ())
    return status.rollout is Progress.DONE and workload.deployment.replicas > 0
