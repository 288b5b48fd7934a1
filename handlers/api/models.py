"""The JSON shapes of the API, so that its OpenAPI description is true."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from bot.domain.fact import Missing, Verdict
from bot.domain.incidents.alert import Status
from bot.domain.incidents.incident import State
from bot.domain.incidents.timeline import Kind
from bot.domain.severity import Category, Severity
from handlers.api.times import Time

Cursor = Annotated[
    str | None, Field(description="Send it back as `cursor` for the next page; null on the last.")
]


class IncidentModel(BaseModel):
    """One incident as it stands now."""

    id: Annotated[str, Field(examples=["INC-42"])]
    state: State
    severity: Severity
    severity_text: Annotated[str, Field(description="The sender's own word, where it had one.")]
    category: Category
    title: str
    summary: str
    component: str | None
    environment: str
    labels: dict[str, str]
    runbook: str | None
    ladder: str | None
    opened_at: Time
    started_at: Annotated[Time, Field(description="The earliest alert's own start.")]
    acknowledged_at: Time | None
    acknowledged_by: Annotated[str | None, Field(examples=["slack:U1", "cli:ada"])]
    mitigated_at: Time | None
    mitigated_by: str | None
    resolved_at: Time | None
    resolved_by: str | None
    level: Annotated[int, Field(description="How far it was escalated; 1 is the monitoring.")]
    next_escalation_at: Time | None
    alerts_firing: int
    alerts_total: Annotated[int, Field(description="Distinct alerts, firing or not.")]
    merged_into: Annotated[str | None, Field(examples=["INC-41"])]
    previous: Annotated[str | None, Field(description="The incident that it follows.")]
    roles: dict[str, str]
    version: Annotated[int, Field(description="Grows with every change.")]


class FactModel(BaseModel):
    """A number about the incident's component, to two significant digits."""

    name: Annotated[str, Field(examples=["errors"])]
    title: str
    value: float | None
    before: Annotated[float | None, Field(description="The same, an hour earlier.")]
    unit: Annotated[str, Field(examples=["percent", "ms", "req/s"])]
    target: Annotated[float | None, Field(description="What it should not exceed.")]
    verdict: Verdict
    missing: Annotated[Missing | None, Field(description="Why there is no value.")]
    at: Time


class IncidentDetail(IncidentModel):
    """One incident as it stands now, with what Prometheus says about its component."""

    evidence: list[FactModel]


class AlertModel(BaseModel):
    """One episode of an alert, in its source's own words."""

    fingerprint: str
    source: str
    status: Status
    labels: dict[str, str]
    annotations: dict[str, str]
    starts_at: Time
    ends_at: Time | None
    generator_url: str


class EntryModel(BaseModel):
    """One line of an incident's story."""

    at: Time
    kind: Kind
    actor: Annotated[str, Field(examples=["bot", "slack:U1", "cli:ada"])]
    text: str
    data: dict[str, Any]


class IncidentPage(BaseModel):
    items: list[IncidentModel]
    next_cursor: Cursor


class AlertPage(BaseModel):
    items: list[AlertModel]
    next_cursor: Cursor


class EntryPage(BaseModel):
    items: list[EntryModel]
    next_cursor: Cursor


class CommandModel(BaseModel):
    """A verb in plain words, as it would stand behind `/candlefish`."""

    text: Annotated[str, Field(examples=["incident ack INC-42"])]
    incident: Annotated[
        str | None, Field(description="The incident that the words are about.", examples=["INC-42"])
    ] = None


class ReplyModel(BaseModel):
    """A verb's answer; `status` is the terminal's exit status."""

    status: Annotated[
        Literal[0, 1, 2, 3], Field(description="0 done, 1 refused, 2 misuse, 3 unavailable")
    ]
    text: str
    data: dict[str, Any]


class Failure(BaseModel):
    """Why a request got no answer, and the next move."""

    error: str
