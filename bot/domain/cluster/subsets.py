"""Whether the mesh knows the subset that traffic is to go to: without it each request is a 503."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from bot.domain.cluster.route_split import Rule, hosts_of
from bot.domain.cluster.workload import DestinationRule

_LOCAL = "svc.cluster.local"


class Subset(StrEnum):
    DEFINED = "a DestinationRule defines it"
    MISSING = "the DestinationRule of its host has no such subset"
    UNTOLD = "no DestinationRule of the namespace is for its host"


def subset(
    http: Sequence[Rule], name: str, rules: Iterable[DestinationRule], namespace: str
) -> Subset:
    """The worst of all hosts that `http` sends to it.

    A host's rule may stand in another namespace too, the mesh's root one: then nobody can tell.
    """
    there = tuple(rules)
    found = {_at(_qualified(host, namespace), name, there) for host in hosts_of(http, name)}
    for worst in (Subset.MISSING, Subset.UNTOLD):
        if worst in found:
            return worst
    return Subset.DEFINED


def _at(host: str, name: str, rules: Sequence[DestinationRule]) -> Subset:
    """The most specific rules count alone, those with the same host together, as in the mesh."""
    asked = {rule: _qualified(rule.host, rule.namespace) for rule in rules}
    fitting = {rule: written for rule, written in asked.items() if _fits(written, host)}
    if not fitting:
        return Subset.UNTOLD
    closest = max(fitting.values(), key=lambda written: (not written.startswith("*"), len(written)))
    counting = [rule for rule, written in fitting.items() if written == closest]
    return Subset.DEFINED if any(name in rule.subsets for rule in counting) else Subset.MISSING


def _qualified(host: str, namespace: str) -> str:
    """Short names are of the namespace where they are written."""
    return host if "." in host or host.startswith("*") else f"{host}.{namespace}.{_LOCAL}"


def _fits(written: str, host: str) -> bool:
    return host.endswith(written[1:]) if written.startswith("*") else written == host
