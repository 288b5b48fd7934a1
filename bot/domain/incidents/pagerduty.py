"""What PagerDuty tells of one of its incidents, and the alert it stands for here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.incidents.alert import Alert, Status
from bot.domain.ops_data.component import Component

SOURCE = "pagerduty"
TOO_OLD = timedelta(hours=49)  # PagerDuty retries for 48 h; what comes later is a replay
_SEVERITY = {"high": "critical", "low": "warning"}


class Happened(StrEnum):
    TRIGGERED = "incident.triggered"
    ACKNOWLEDGED = "incident.acknowledged"
    RESOLVED = "incident.resolved"
    REOPENED = "incident.reopened"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """`incident` is PagerDuty's id; `key` is the SHA-256 of the group key it was paged under."""

    id: str
    happened: Happened
    occurred_at: datetime
    actor: str
    incident: str
    key: str
    title: str
    urgency: str
    service: str
    created_at: datetime
    url: str

    @property
    def alert_key(self) -> str:
        return f"{SOURCE}:{self.incident}"


def timely(event: Event, now: datetime) -> Event:
    """The event with nothing in it later than now, whatever PagerDuty's clock says."""
    return replace(
        event, occurred_at=min(event.occurred_at, now), created_at=min(event.created_at, now)
    )


def as_alert(event: Event, status: Status, components: Mapping[str, Component]) -> Alert:
    """The event as an alert of its own, for an incident that no other source has told of."""
    component = component_of(event.service, components)
    labels = {"alertname": event.title, "severity": _SEVERITY.get(event.urgency, "")}
    if component is not None:
        labels["component"] = component
    resolved = status is Status.RESOLVED
    return Alert(
        source=SOURCE,
        fingerprint=event.incident,
        status=status,
        labels=labels,
        annotations={"description": f"PagerDuty incident {event.incident}"},
        starts_at=event.occurred_at if event.happened is Happened.REOPENED else event.created_at,
        ends_at=event.occurred_at if resolved else None,
        generator_url=event.url,
    )


def component_of(service: str, components: Mapping[str, Component]) -> str | None:
    """The component that names this PagerDuty service."""
    named = (one.name for one in components.values() if one.pagerduty and one.pagerduty == service)
    return next(named, None)
