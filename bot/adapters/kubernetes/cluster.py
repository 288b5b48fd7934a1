"""The cluster that the bot operates: `bot.ports.cluster.Cluster` over one connection."""

from typing import Self

from bot.adapters.kubernetes.connection import Connection
from bot.adapters.kubernetes.credentials import credentials
from bot.adapters.kubernetes.needs import Needs
from bot.adapters.kubernetes.reads import Reads
from bot.adapters.kubernetes.watches import Watches
from bot.adapters.kubernetes.writes import Writes


class KubernetesCluster(Reads, Needs, Writes, Watches):
    @classmethod
    def connect(cls, kubeconfig: str, context: str | None = None) -> Self:
        """Reads nothing yet: `kubeconfig` is a file or `in-cluster`."""
        return cls(Connection(credentials(kubeconfig, context)))
