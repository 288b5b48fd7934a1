"""Whether a release stands where it should: its pods are up and the traffic is pointed at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.cluster.essence import essence
from bot.domain.cluster.rollout_status import (
    Rollout,
    most_serve,
    of_template,
    pods_of,
    rollout_status,
    troubled,
)
from bot.domain.cluster.route_split import Split, split
from bot.domain.cluster.workload import Deployment, ReplicaSet
from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.operations.plan import Release
from bot.domain.operations.subject import Subject
from bot.ports.cluster import Cluster
from bot.ports.sites import Sites
from bot.ports.world import World


@dataclass(frozen=True, kw_only=True, slots=True)
class Bearing:
    """`ready` is `None` where nobody can tell; `seen` says it in words.

    `elsewhere`: somebody changed what runs or where the traffic goes, which tells nothing of the
    release. `serving` is how many pods of the release are ready, and `most` whether those are as
    many as a rollout would leave.
    """

    ready: bool | None
    seen: str
    troubles: tuple[str, ...] = ()
    restarts: Mapping[str, int] = field(default_factory=dict)
    elsewhere: bool = False
    serving: int = 0
    most: bool = False


def bearing(world: World, subject: Subject) -> Bearing:
    """Of the subject's release; raises nothing that a vendor may answer."""
    try:
        if not subject.namespace:
            return _published(world.sites, subject)
        if world.cluster is None:
            return Bearing(ready=None, seen="Kubernetes is off")
        return _running(world.cluster, subject)
    except (Unavailable, Refused, GiveUp) as error:
        return Bearing(ready=None, seen=str(error))


def still_stands(world: World, subject: Subject) -> bool:
    """Whether what served before could take the traffic back.

    A drain may have some of its pods on their way, and the way back waits for them before it
    switches; but what is mostly down is a person's to judge.
    """
    old = subject.old
    if old is None or (subject.namespace and old.workload == subject.release.workload):
        return False
    try:
        if not subject.namespace:
            return world.sites is not None and world.sites.deploy(old.identity).ready
        return world.cluster is not None and _is_up(world.cluster, subject.namespace, old)
    except (Unavailable, Refused, GiveUp):
        return False


def _is_up(cluster: Cluster, namespace: str, release: Release) -> bool:
    found = cluster.deployment(namespace, release.workload)
    same = found.template_hash == release.identity
    return same and 0 < found.replicas <= 2 * found.available


def _published(sites: Sites | None, subject: Subject) -> Bearing:
    if sites is None:
        return Bearing(ready=None, seen="Netlify is off")
    published = sites.site(subject.release.workload).published
    if published is None or published.id != subject.release.identity:
        other = published.id if published else "nothing"
        return Bearing(ready=False, seen=f"{other} is published", elsewhere=True)
    return Bearing(ready=True, seen=f"{subject.release.version} is published")


def _running(cluster: Cluster, subject: Subject) -> Bearing:
    deployment = cluster.deployment(subject.namespace, subject.release.workload)
    sets = cluster.replica_sets(deployment)
    if not _is_release(deployment, sets, subject.release):
        seen = f"{deployment.name} runs another template"
        return Bearing(ready=False, seen=seen, elsewhere=True)
    pods = cluster.pods(subject.namespace, deployment.selector)
    newest = of_template(sets, deployment.template_hash)
    mine = [pod for pod in (pods_of(newest, pods) if newest else pods) if not pod.terminating]
    status = rollout_status(deployment, sets, pods)
    trouble, astray = troubled(mine), _astray(cluster, subject)
    done = status.rollout is Rollout.DONE and deployment.replicas > 0
    serving = 0 if astray else sum(pod.ready for pod in mine)
    return Bearing(
        ready=done and not astray,
        seen=astray or status.seen,
        troubles=(trouble,) if trouble else (),
        restarts={pod.name: pod.restarts for pod in mine},
        elsewhere=bool(astray) and not trouble,
        serving=serving,
        most=most_serve(deployment, serving),
    )


def _is_release(deployment: Deployment, sets: Sequence[ReplicaSet], release: Release) -> bool:
    """Also when it was restarted since."""
    if deployment.template_hash == release.identity:
        return True
    planned = of_template(sets, release.identity)
    names = release.color, deployment.name
    return planned is not None and (
        essence(planned.template, *names) == essence(deployment.template, *names)
    )


def _astray(cluster: Cluster, subject: Subject) -> str:
    """Where the traffic goes instead; empty where it goes to the release."""
    color, old = subject.release.color, subject.old.color if subject.old else ""
    if not color:
        return ""
    if subject.route:
        route = cluster.route(subject.namespace, subject.route)
        there = (Split.AFTER, Split.LEFT)  # a preview by header of the other colour is no matter
        pointed = old == color or split(route.http, old, color) in there
        return "" if pointed else f"the route {route.name} does not send all traffic to {color}"
    if subject.service:
        service = cluster.service(subject.namespace, subject.service)
        value = service.selector.get(subject.key, "")
        return "" if value == color else f"the Service {service.name} selects {value or 'nothing'}"
    return ""
