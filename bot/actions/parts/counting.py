"""What holds the count of a Deployment's pods: its autoscaler, or nobody but whoever sets it."""

from bot.domain.cluster.workload import Deployment, Scaler
from bot.domain.wording import count
from bot.ports.cluster import Cluster


def scaler_of(cluster: Cluster, namespace: str, name: str) -> Scaler | None:
    """`name` is empty where there is none."""
    return cluster.scaler(namespace, name) if name else None


def touched(namespace: str, scaler: str) -> str:
    """What a change of the count touches, for a plan."""
    by = f"the minimum of its autoscaler {scaler}" if scaler else "its count"
    return f"{by}, in {namespace}"


def asked_of(deployment: Deployment, scaler: Scaler | None) -> str:
    """How many pods there are to be, in words; not how many there are."""
    least = f" (minimum {scaler.minimum})" if scaler else ""
    return f"{deployment.name} is to have {count(deployment.replicas, 'pod')}{least}"
