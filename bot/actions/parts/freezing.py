"""The mark that the delivery pipeline reads before it ships, on each of some Deployments."""

from collections.abc import Iterable, Mapping

from bot.domain.cluster.workload import FREEZE
from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.ports.cluster import Cluster


def marks(cluster: Cluster, namespace: str, deployments: Iterable[str]) -> Mapping[str, str]:
    """The operation that froze each; empty where none did. Nobody ships to what is not there.

    Raises `Refused` where none of them is there.
    """
    found: dict[str, str] = {}
    missing: list[Refused] = []
    for name in deployments:
        try:
            found[name] = cluster.deployment(namespace, name).annotations.get(FREEZE, "")
        except Refused as error:
            missing.append(error)
    if missing and not found:
        raise missing[0]
    return found


def mark(
    cluster: Cluster,
    namespace: str,
    deployments: Iterable[str],
    value: str | None,
    *,
    dry_run: bool = False,
) -> None:
    """One that cannot be marked keeps no other from it; the first trouble is raised after all."""
    troubles: list[Refused | Unavailable | GiveUp] = []
    for name in deployments:
        try:
            cluster.annotate(namespace, name, {FREEZE: value}, dry_run=dry_run)
        except (Refused, Unavailable, GiveUp) as error:
            troubles.append(error)
    if troubles:
        raise troubles[0]
