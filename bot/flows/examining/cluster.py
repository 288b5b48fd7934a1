"""Kubernetes: that it answers, and that it lets the bot do all that an operation may need."""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from bot.domain.cluster.workload import Scaler
from bot.domain.errors import Refused
from bot.domain.operations.rights import needed
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.component import Component
from bot.domain.wording import count
from bot.flows.examining.cluster_rights import missing
from bot.flows.examining.finding import Finding, Result, bad, good, off, tried
from bot.ports.cluster import Cluster

_NAME = "kubernetes"
_ROLES = "deploy/kubernetes holds the Roles."


def kubernetes(cluster: Cluster | None, catalogue: Catalogue) -> Iterator[Finding]:
    if cluster is None:
        yield off(_NAME, "Set CANDLEFISH_KUBECONFIG to roll back, restart and scale.")
        return
    fix = "See to the network and the credentials, or correct CANDLEFISH_KUBECONFIG."
    answer = tried(_NAME, lambda: good(_NAME, f"version {cluster.check()}"), fix)
    yield answer
    if answer.result is Result.BAD:
        return
    components = catalogue.components.values()
    for environment in dict.fromkeys(name for one in components for name in one.environments):
        yield from _rights(cluster, catalogue, environment)


def _scalers(
    cluster: Cluster, components: Iterable[Component], environment: str
) -> Iterator[Scaler]:
    """What may not be listed is told by the rights."""
    for namespace in dict.fromkeys(one.namespace.get(environment, "") for one in components):
        if namespace:
            with suppress(Refused):
                yield from cluster.scalers(namespace)


def _rights(cluster: Cluster, catalogue: Catalogue, environment: str) -> Iterator[Finding]:
    """Where nothing at all is granted, another environment than the bot's own is not operated."""
    name, components = f"kubernetes rights, {environment}", catalogue.components.values()
    if not needed(components, [environment]):
        return

    def look() -> Finding:
        wanted = needed(components, [environment], _scalers(cluster, components, environment))
        lacking = missing(cluster, wanted)
        if not lacking:
            return good(name, f"{count(len(wanted), 'right')}, all granted")
        if len(lacking) == len(wanted) and environment != catalogue.default_environment:
            return off(name, _ROLES, f"nothing is granted, so nothing in {environment} is operated")
        return bad(name, f"{len(lacking)} of {len(wanted)} are missing", "\n".join(lacking))

    yield tried(name, look, _ROLES)
