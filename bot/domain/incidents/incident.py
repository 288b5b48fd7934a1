"""What an incident is, and the one value that every decision about it comes back as."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.incidents.timeline import BOT, Entry
from bot.domain.severity import Category, Severity

FLAPS = 3  # changes between firing and quiet that are flapping


class State(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"


class Reason(StrEnum):
    """Why a change was made, in the words the timeline shows."""

    NEW = "no open incident matches"
    DECLARED = "declared by hand"
    FOR_OPERATION = "declared for an operation"
    SAME_GROUP = "same alert group"
    SAME_COMPONENT = "same component, started within 5 minutes"
    NEIGHBOUR = "a component within two hops, started within 5 minutes"
    BY_HAND = "put here by hand"
    FIRED_AGAIN = "fired again within 30 minutes"
    HAND_RESOLVE_STANDS = "resolved by hand after this alert started"
    ALL_RESOLVED = "its last alert resolved"
    SOME_RESOLVED = "other alerts still fire"
    FLAPPING = "it flaps: it resolves after 10 quiet minutes"
    QUIET = "10 quiet minutes"
    KEPT_OPEN = "an operation of it is not over"
    OPERATION_OVER = "nothing fires any more, and its operations are over"
    OCCASION_OVER = "what it was declared for is over"
    ASKED = "asked for"
    PAGERDUTY = "PagerDuty says so"


@dataclass(frozen=True, kw_only=True, slots=True)
class Incident:
    """The state that every card, page and answer is a view of.

    `started_at` is the earliest alert's own start, `opened_at` our first knowledge of it.
    `changes` are the last moves between firing and quiet, which tell flapping. What nothing fires
    in any more resolves by itself from `resolve_due_at` on, once its operations are over.
    `open_key` is what it was opened for: unique while open, `None` when resolved.
    """

    id: int
    version: int = 1
    state: State = State.OPEN
    severity: Severity
    severity_text: str = ""
    category: Category
    title: str
    summary: str = ""
    component: str | None
    environment: str
    labels: Mapping[str, str] = field(default_factory=dict)
    runbook: str | None = None
    ladder: str | None = None
    open_key: str | None
    opened_at: datetime
    started_at: datetime
    newest_started_at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    mitigated_at: datetime | None = None
    mitigated_by: str | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    level: int = 1
    next_escalation_at: datetime | None = None
    alerts_firing: int = 0
    alerts_total: int = 0
    changes: tuple[datetime, ...] = ()
    resolve_due_at: datetime | None = None
    merged_into: int | None = None
    previous: int | None = None
    roles: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"INC-{self.id}"

    @property
    def is_open(self) -> bool:
        return self.state is not State.RESOLVED

    @property
    def flaps(self) -> bool:
        return len(self.changes) >= FLAPS

    @property
    def resolved_by_hand(self) -> bool:
        return self.resolved_by not in (None, BOT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """An incident after a move, the version it was decided on (0: new), and what to tell."""

    incident: Incident
    decided_on: int
    reason: Reason
    entries: tuple[Entry, ...] = ()


def changed(before: Incident, reason: Reason, *entries: Entry, **fields: Any) -> Change:
    """The incident with `fields` replaced, one version on."""
    after = replace(before, version=before.version + 1, **fields)
    return Change(incident=after, decided_on=before.version, reason=reason, entries=entries)
