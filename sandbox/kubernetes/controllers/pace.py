"""How fast the cluster lives, so that a test takes milliseconds and the demo looks real."""

from dataclasses import dataclass


@dataclass(kw_only=True)
class Pace:
    """Seconds; may be changed while the cluster runs."""

    ready_after: float = 0.05
    """From a pod's creation until its containers are ready."""
    stop_after: float = 0.02
    """From a pod's deletion until it is gone; its own grace period ends it earlier."""
    follow_after: float = 0.0
    """How late EndpointSlices follow their pods and Services."""
    second: float = 1.0
    """How long one second of the cluster's own settings lasts: deadlines, grace, back-off."""

    def take(self, other: "Pace") -> None:
        """Go on at the pace of another."""
        self.ready_after = other.ready_after
        self.stop_after = other.stop_after
        self.follow_after = other.follow_after
        self.second = other.second
