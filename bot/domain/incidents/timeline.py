"""What happened, in the order it was learned: append-only lines of an incident's story."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

BOT = "bot"  # the actor of everything that no person asked for


class Kind(StrEnum):
    OPENED = "opened"
    ALERT = "alert"
    ALERT_RESOLVED = "alert_resolved"
    ACKNOWLEDGED = "acknowledged"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    SEVERITY = "severity"
    ESCALATED = "escalated"
    NOTE = "note"
    ROLE = "role"
    MERGED = "merged"
    SPLIT = "split"
    SILENCE = "silence"
    FLAPPING = "flapping"
    KEPT_OPEN = "kept_open"
    PAGERDUTY = "pagerduty"
    OPERATION = "operation"
    DEPLOY = "deploy"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line; `actor` is `slack:U1`, `cli:ada`, `pagerduty:P1` or `bot`, never a name."""

    incident: int
    at: datetime
    kind: Kind
    actor: str = BOT
    text: str
    data: Mapping[str, object] = field(default_factory=dict)


class Numbered(NamedTuple):
    """An entry and its place in the order in which things were learned."""

    number: int
    entry: Entry
