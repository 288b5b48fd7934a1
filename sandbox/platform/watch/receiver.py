"""Where webhooks go, and the rhythm in which Alertmanager sends them."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """Times in seconds. The rhythm is that of the demo's Alertmanager."""

    url: str
    token: str
    environment: str = "production"
    evaluate_every: float = 1.0
    hold: float = 15.0
    """How long a condition must be true before it fires: `for` of the rules."""
    group_wait: float = 1.0
    group_interval: float = 5.0
    repeat_interval: float = 300.0
    flush: float = 10.0
    """How long one delivery is tried again after a 5xx."""
    timeout: float = 10.0
