"""The row at the foot of a card: what can be pressed while the incident is in its state."""

from collections.abc import Iterable
from typing import Any

from bot.cards.actions import ACK, ESCALATE, LABELS, MORE, REOPEN, Choice, value_of
from bot.cards.mrkdwn import plain_text
from bot.domain.incidents.incident import Incident, State
from bot.domain.incidents.life import TOP_LEVEL

_OPEN = tuple(Choice)
_CLOSED = (Choice.NOTE, Choice.TIMELINE)


def buttons(incident: Incident) -> dict[str, Any]:
    """A new version has a new block id: Slack keeps a menu's last choice under the old one."""
    return {
        "type": "actions",
        "block_id": f"actions:{incident.name}:{incident.version}",
        "elements": [*_pressed(incident), _more(incident.name, _choices(incident))],
    }


def _pressed(incident: Incident) -> list[dict[str, Any]]:
    name = incident.name
    if not incident.is_open:
        return [] if incident.merged_into else [_button(REOPEN, "Reopen", name)]
    pressed = []
    if incident.acknowledged_at is None:
        pressed.append({**_button(ACK, "Acknowledge", name), "style": "primary"})
    if incident.level < TOP_LEVEL:
        pressed.append(_button(ESCALATE, "Escalate", name))
    return pressed


def _choices(incident: Incident) -> tuple[Choice, ...]:
    if not incident.is_open:
        return _CLOSED
    if incident.state is State.MITIGATED:
        return tuple(choice for choice in _OPEN if choice is not Choice.MITIGATED)
    return _OPEN


def _button(action: str, label: str, incident: str) -> dict[str, Any]:
    return {"type": "button", "action_id": action, "text": plain_text(label), "value": incident}


def _more(incident: str, choices: Iterable[Choice]) -> dict[str, Any]:
    return {
        "type": "static_select",
        "action_id": MORE,
        "placeholder": plain_text("More…"),
        "options": [
            {"text": plain_text(LABELS[choice]), "value": value_of(choice, incident)}
            for choice in choices
        ],
    }
