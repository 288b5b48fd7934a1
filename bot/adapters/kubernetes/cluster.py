"""The cluster that the bot operates: all of `bot.ports.cluster.Cluster`, part by part."""

from bot.adapters.kubernetes.needs import Needs
from bot.adapters.kubernetes.probe import Probe
from bot.adapters.kubernetes.reads import Reads
from bot.adapters.kubernetes.watches import Watches
from bot.adapters.kubernetes.writes import Writes


class KubernetesCluster(Probe, Reads, Needs, Writes, Watches):
    """`KubernetesCluster.connect(kubeconfig, context)`; several threads may use one."""
