"""PagerDuty's v3 webhook: whose it is, and what it tells of an incident."""

import hmac
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

import msgspec

from bot.domain.incidents.alert import believed
from bot.domain.incidents.pagerduty import Event, Happened
from bot.domain.incidents.timeline import BOT

_HAPPENINGS = frozenset(Happened)


_LONGEST_ID = 200


class Unread(Exception):
    """An authentic body that cannot be read; it is counted, and never refused."""


class _Reference(msgspec.Struct):
    id: str = ""
    type: str | None = None


class _Incident(msgspec.Struct):
    id: str
    created_at: datetime | None = None
    incident_key: str | None = None
    title: str | None = None
    urgency: str | None = None
    service: _Reference | None = None
    html_url: str | None = None


class _Event(msgspec.Struct):
    id: str
    event_type: str
    occurred_at: datetime
    data: msgspec.Raw
    agent: _Reference | None = None


class _Webhook(msgspec.Struct):
    event: _Event


_webhook = msgspec.json.Decoder(_Webhook)
_incident = msgspec.json.Decoder(_Incident)


def authentic(signatures: str, body: bytes, secrets: Sequence[str]) -> bool:
    """Whether any `v1=` signature is one of these secrets' HMAC-SHA256 of the raw body.

    Source: PagerDuty developer docs, webhooks, "Signatures"; while a secret rotates several
    signatures come, separated by commas.
    """
    given = [one.strip().encode("utf-8", "surrogateescape") for one in signatures.split(",")]
    expected = [
        f"v1={hmac.new(secret.encode(), body, sha256).hexdigest()}".encode() for secret in secrets
    ]
    matches = [hmac.compare_digest(one, other) for one in given for other in expected]
    return any(matches)


def parse(body: bytes) -> Event | None:
    """The event, or `None` for a type that changes nothing here; raises `Unread`."""
    try:
        event = _webhook.decode(body).event
        if event.event_type not in _HAPPENINGS:
            return None
        incident = _incident.decode(event.data)
        return _event(event, incident)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        raise Unread("The body is no PagerDuty event.") from None


def _event(event: _Event, incident: _Incident) -> Event:
    occurred = _aware(event.occurred_at)
    created = _aware(incident.created_at) if incident.created_at else None
    for identity in (event.id, incident.id):
        if not 0 < len(identity) <= _LONGEST_ID:
            raise ValueError("no id that PagerDuty gives")
    person = event.agent if event.agent and event.agent.type == "user_reference" else None
    return Event(
        id=_clean(event.id),
        happened=Happened(event.event_type),
        occurred_at=occurred,
        actor=f"pagerduty:{_clean(person.id)}" if person and person.id else BOT,
        incident=_clean(incident.id),
        key=_clean(incident.incident_key or ""),
        title=_clean(incident.title or "") or f"PagerDuty incident {_clean(incident.id)}",
        urgency=incident.urgency or "high",
        service=_clean(incident.service.id) if incident.service else "",
        created_at=believed(created, occurred) or occurred,
        url=_clean(incident.html_url or ""),
    )


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at


def _clean(text: str) -> str:
    return text.replace("\x00", "")
