"""The line that says who has it: the state, with a name and a time."""

from collections.abc import Mapping
from datetime import datetime

from bot.cards.mrkdwn import at, clock, link, person
from bot.domain.incidents.incident import Incident, State
from bot.domain.ops_data.people import Person
from bot.domain.wording import span


def state_line(incident: Incident, people: Mapping[str, Person], base_url: str) -> str:
    parts = [_state(incident, people, base_url)]
    if incident.is_open:
        if incident.state is not State.OPEN and incident.acknowledged_by is None:
            parts.append("nobody has it")
        if incident.level > 1:
            parts.append(f"level {incident.level}")
        if incident.next_escalation_at is not None:
            parts.append(f"level {incident.level + 1} at {clock(incident.next_escalation_at)}")
        if incident.resolve_due_at is not None:
            parts.append(_resolves(incident.resolve_due_at, flaps=incident.flaps))
    return " · ".join(parts)


def _state(incident: Incident, people: Mapping[str, Person], base_url: str) -> str:
    if incident.merged_into:
        other = f"INC-{incident.merged_into}"
        kept = link(f"{base_url}/incidents/{other}", other, (), own=base_url)
        return f"*Merged into {kept}* by {person(incident.resolved_by, people)}{_when(incident)}"
    if incident.state is State.RESOLVED:
        if not incident.resolved_by_hand:
            return f"*Resolved by itself*{_when(incident)}"
        return f"*Resolved* by {person(incident.resolved_by, people)}{_when(incident)}"
    if incident.state is State.MITIGATED and incident.mitigated_at:
        by = person(incident.mitigated_by, people)
        return f"*Mitigated* by {by} {at(incident.mitigated_at)}"
    if incident.acknowledged_at is not None:
        by = person(incident.acknowledged_by, people)
        return f"*Acknowledged* by {by} {at(incident.acknowledged_at)}"
    return "*Open*, nobody has it yet"


def _resolves(due: datetime, *, flaps: bool) -> str:
    if flaps:
        return f"flapping: resolves at {clock(due)} if it stays quiet"
    return "quiet: resolves when its operations are over"


def _when(incident: Incident) -> str:
    if incident.resolved_at is None:
        return ""
    return f" {at(incident.resolved_at)}, after {span(incident.resolved_at - incident.started_at)}"
