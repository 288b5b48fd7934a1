"""Who would get a Service's traffic, and who gets it."""

from collections.abc import Mapping, Sequence

from bot.actions.parts.looks import done, not_done
from bot.domain.workload import Pod
from bot.ports.action import Found
from bot.ports.cluster import Cluster


def ready_pods(cluster: Cluster, namespace: str, labels: Mapping[str, str]) -> Sequence[Pod]:
    """Those that a Service with this whole selector could send traffic to."""
    pods = cluster.pods(namespace, labels)
    return [pod for pod in pods if pod.ready and not pod.terminating]


def only_to(cluster: Cluster, namespace: str, service: str, pods: Sequence[Pod]) -> Found:
    """Whether the Service's endpoints that get traffic are some of these pods, and no others."""
    names = {pod.name for pod in pods}
    getting = {one.pod for one in cluster.endpoints(namespace, service) if one.ready}
    if not getting:
        return not_done(f"{service} has no ready endpoint yet")
    if others := sorted(getting - names):
        return not_done(f"{service} still sends traffic to {_few(others)}")
    return done(f"{service} sends traffic to {len(getting)} pods, all of them the target's")


def _few(names: Sequence[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
