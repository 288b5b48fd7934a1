"""Who would get a Service's traffic, and who gets it."""

from collections.abc import Mapping, Sequence

from bot.actions.parts.looks import done, not_done
from bot.domain.cluster.workload import Pod
from bot.domain.wording import count
from bot.ports.action import Found
from bot.ports.cluster import Cluster


def ready_pods(cluster: Cluster, namespace: str, labels: Mapping[str, str]) -> Sequence[Pod]:
    """Those that a Service with this whole selector could send traffic to."""
    pods = cluster.pods(namespace, labels)
    return [pod for pod in pods if pod.ready and not pod.terminating]


def getting(cluster: Cluster, namespace: str, service: str) -> frozenset[str]:
    """The pods that get the Service's traffic now.

    Asked before the pods themselves: one that comes up in between would look like a stranger.
    """
    return frozenset(one.pod for one in cluster.endpoints(namespace, service) if one.ready)


def only_to(service: str, served: frozenset[str], pods: Sequence[Pod]) -> Found:
    """Whether those that get the Service's traffic are some of these pods, and no others."""
    if not served:
        return not_done(f"{service} has no ready endpoint yet")
    if others := sorted(served - {pod.name for pod in pods}):
        return not_done(f"{service} still sends traffic to {_few(others)}")
    return done(f"{service} sends traffic to {count(len(served), 'pod')} of the target only")


def _few(names: Sequence[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
