"""Asks a cluster about every call that the bot can make there, before somebody needs it."""

from collections.abc import Iterable

from bot.domain.operations.rights import Right, fix
from bot.ports.cluster import Cluster


def missing(cluster: Cluster, rights: Iterable[Right]) -> list[str]:
    """For each right that is lacking, the rule that grants it.

    Raises `Refused` where the cluster lets nobody ask, `Unavailable` where it does not answer.
    """
    return [fix(right) for right in rights if not cluster.may(right)]
