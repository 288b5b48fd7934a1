"""An alert's life: pending while its condition is young, firing, resolved."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sandbox.platform.watch.conditions import Condition


@dataclass(frozen=True, kw_only=True)
class Alert:
    service: str
    condition: Condition
    since: datetime | None
    """Since when the condition has held without a break; None while it does not hold."""
    starts_at: datetime | None = None
    """When it began to fire last; None when it never has."""
    ends_at: datetime | None = None

    @property
    def firing(self) -> bool:
        return self.starts_at is not None and self.ends_at is None


def lived(
    alert: Alert | None, condition: Condition | None, *, service: str, now: datetime, hold: float
) -> Alert | None:
    """The same alert a moment later; None when there is nothing left to tell."""
    if condition is None:
        if alert is None or alert.starts_at is None:
            return None
        return replace(alert, since=None, ends_at=alert.ends_at or now)
    since = (alert and alert.since) or now
    if alert is None:
        alert = Alert(service=service, condition=condition, since=since)
    if not alert.firing and now - since >= timedelta(seconds=hold):
        return replace(alert, condition=condition, since=since, starts_at=now, ends_at=None)
    return replace(alert, condition=condition, since=since)
