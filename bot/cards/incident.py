"""The living card: what is broken, since when, who has it, and what can be pressed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.cards.alerts import alert_lines
from bot.cards.buttons import buttons
from bot.cards.changed import changed_line
from bot.cards.evidence import evidence_line
from bot.cards.mrkdwn import (
    at,
    code,
    joined,
    leads,
    link,
    mrkdwn,
    person,
    plain,
    plain_text,
    said,
    section,
    volume,
)
from bot.cards.operation import Around, OperationView, operation_blocks
from bot.cards.state import state_line
from bot.domain.fact import Fact
from bot.domain.incidents.alert import StoredAlert
from bot.domain.incidents.incident import Incident
from bot.domain.ops_data.people import Person
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.severity import Severity
from bot.ports.chat import Message

HEADER_LENGTH = 80
LABELS_SHOWN = 5
LINKS_SHOWN = 6
ROLES_SHOWN = 6
_COMPONENT_LENGTH = 28
_SUMMARY_LENGTH = 300
_LINE_LENGTH = 1800
_WHOLE_LENGTH = 9500
_COLOURS: Mapping[Severity, str] = {
    Severity.SEV1: "🔴",
    Severity.SEV2: "🟠",
    Severity.SEV3: "🟡",
    Severity.SEV4: "🔵",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class CardView:
    """All that a card shows, and nothing that changes with time: the same view, the same card.

    `alerts` are the first few, firing first; `changes` the releases that came before it began, the
    likeliest cause first; `hosts` are those that links may lead to; `environment` is the bot's own,
    which a card does not repeat. `operations` are those to show, the one that matters most first.
    """

    incident: Incident
    alerts: Sequence[StoredAlert] = ()
    evidence: Sequence[Fact] = ()
    changes: Sequence[LedgerRelease] = ()
    operations: Sequence[OperationView] = ()
    runbook_title: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    hosts: Collection[str] = ()
    base_url: str = ""
    environment: str = ""

    @property
    def page(self) -> str:
        return f"{self.base_url}/incidents/{self.incident.name}"


def card(view: CardView) -> Message:
    """Within Block Kit's limits and under 10,000 characters, whatever the alerts say."""
    incident = view.incident
    above: list[dict[str, Any]] = [
        {"type": "header", "text": plain_text(headline(incident))},
        section(_standing(view)),
    ]
    below: list[dict[str, Any]] = []
    if view.alerts:
        below.append(section(alert_lines(incident, view.alerts, view.page, view.base_url)))
    below += [_context(part) for part in (_labels(incident), _roles(view), _links(view)) if part]
    below.append(buttons(incident))
    room = _WHOLE_LENGTH - volume([*above, *below])
    blocks = [*above, *_operations(view, room), *below]
    return Message(text=_notification(incident), blocks=blocks)


def _operations(view: CardView, room: int) -> list[dict[str, Any]]:
    around = Around(
        people=view.people,
        page=view.page,
        base_url=view.base_url,
        hosts=view.hosts,
    )
    return operation_blocks(view.operations, around, room)


def _standing(view: CardView) -> str:
    """What is broken, who has it, what the numbers say, and what changed before."""
    state = state_line(view.incident, view.people, view.base_url)
    numbers = evidence_line(view.evidence)
    if numbers and not view.incident.is_open:
        numbers = f"While it lasted: {numbers}"
    changed = changed_line(view.changes, view.incident.started_at, view.hosts)
    return "\n".join(filter(None, (_impact(view), state, numbers, changed)))


def headline(incident: Incident) -> str:
    """Severity, symptom, component, in at most 80 characters: what a phone's preview shows."""
    colour = _COLOURS[incident.severity] if incident.is_open else "✅"
    before = f"{colour} {incident.severity.upper()} · "
    where = _unsaid(incident)
    after = f" · {plain(where, _COMPONENT_LENGTH)}" if where else ""
    title = plain(incident.title, HEADER_LENGTH - len(before) - len(after))
    return f"{before}{title or incident.name}{after}"


def _unsaid(incident: Incident) -> str:
    """The component, where the symptom does not name it already."""
    component = incident.component or ""
    return "" if component in incident.title.split() else component


def _notification(incident: Incident) -> str:
    """What a phone says: severity, whether it is new, the symptom, where."""
    state = "" if incident.state == "open" else f" {incident.state}"
    unsaid = _unsaid(incident)
    where = f" · {said(unsaid, 60)}" if unsaid else ""
    title = said(incident.title, 160) or incident.name
    return f"{incident.severity.upper()}{state}: {title}{where} · {incident.name}"


def _impact(view: CardView) -> str:
    """What the source says, if it says anything, and where and since when."""
    incident = view.incident
    parts = [code(incident.component, 60)] if incident.component else ["no component named"]
    if incident.environment != view.environment:
        parts[0] += f" in {said(incident.environment, 40)}"
    parts.append(f"since {at(incident.started_at)}")
    if incident.alerts_total:
        parts.append(f"{incident.alerts_firing} of {incident.alerts_total} alerts firing")
    told = said(incident.summary, _SUMMARY_LENGTH)
    if not told and plain(incident.title, _SUMMARY_LENGTH) not in headline(incident):
        told = said(incident.title, _SUMMARY_LENGTH)  # the header had room for its beginning
    where = " · ".join(parts)
    return f"{told}\n{where}" if told else where


def _labels(incident: Incident) -> str:
    shown = list(incident.labels.items())[:LABELS_SHOWN]
    return joined((code(f"{name}={value}", 100) for name, value in shown), _LINE_LENGTH, "  ")


def _roles(view: CardView) -> str:
    roles = list(view.incident.roles.items())[:ROLES_SHOWN]
    return joined(
        (f"{said(role, 20)}: {person(who, view.people)}" for role, who in roles), _LINE_LENGTH
    )


def _links(view: CardView) -> str:
    """The runbook first, for it is what a woken person needs first."""
    incident, own = view.incident, view.base_url
    links = []
    if incident.runbook:
        address = f"{own}/runbooks/{incident.runbook}"
        title = view.runbook_title or incident.runbook
        links.append(f"*Runbook:* {link(address, title, (), own=own)}")
    links.append(link(view.page, incident.name, (), own=own))
    configured = list(view.links.items())[:LINKS_SHOWN]
    links += [link(address, name, view.hosts, own=own) for name, address in configured]
    source = view.alerts[0].generator_url if view.alerts else ""
    if leads(source, view.hosts):
        links.append(link(source, "Source", view.hosts))
    if incident.previous:
        before = f"{own}/incidents/INC-{incident.previous}"
        links.append(f"after {link(before, f'INC-{incident.previous}', (), own=own)}")
    return joined(links, _LINE_LENGTH)


def _context(text: str) -> dict[str, Any]:
    return {"type": "context", "elements": [mrkdwn(text)]}
