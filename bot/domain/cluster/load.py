"""How many pods an idle colour needs before it may take the traffic."""

from dataclasses import dataclass

from bot.domain.cluster.workload import Deployment, Scaler


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """`note` says what a person should know about the number; mostly empty."""

    pods: int
    note: str = ""


def load_of(live: Deployment, scaler: Scaler | None) -> int:
    """How many pods carry the traffic now: at least one, whatever the numbers say."""
    return max(live.replicas, scaler.current if scaler else 0, 1)


def wanted_idle(load: int, scaler: Scaler | None) -> Wanted:
    """As many as the live colour has, as far as the idle one's autoscaler may go.

    An idle colour has no load, so that its autoscaler keeps it at its minimum: only the minimum
    holds it up.
    """
    if scaler is None or load <= scaler.maximum:
        return Wanted(pods=load)
    note = f"the maximum of {scaler.name}, {scaler.maximum}, is below the live load of {load}"
    return Wanted(pods=scaler.maximum, note=note)
