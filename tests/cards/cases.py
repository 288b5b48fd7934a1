"""Incidents and alerts for card tests, and what Slack itself would say to a message."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bot.domain.incidents.alert import Status, StoredAlert
from bot.domain.incidents.incident import Incident
from bot.domain.ops_data.people import Person
from bot.domain.severity import Category, Severity
from bot.ports.chat import Message

NOW = datetime(2026, 3, 1, 3, 12, tzinfo=UTC)
BASE_URL = "https://bot.candlefish.example"
PEOPLE = {"ada": Person(name="ada", slack="U1", login="ada")}


def incident(**fields: Any) -> Incident:
    given: dict[str, Any] = {
        "id": 7, "severity": Severity.SEV2, "category": Category.CRITICAL, "title": "GraphqlDown",
        "component": "graphql-api", "environment": "production", "open_key": "k",
        "opened_at": NOW, "started_at": NOW, "newest_started_at": NOW,
    }  # fmt: skip
    return Incident(**(given | fields))


def alert(number: int = 1, status: Status = Status.FIRING, **labels: str) -> StoredAlert:
    return StoredAlert(
        id=number,
        source="alertmanager",
        fingerprint=f"f{number}",
        status=status,
        labels={"alertname": "GraphqlDown", **labels},
        annotations={},
        starts_at=NOW,
        ends_at=None if status is Status.FIRING else NOW,
        generator_url="",
    )


def texts(part: Any, kind: str) -> Iterator[str]:
    """Every text of this type of text object, wherever it stands."""
    if isinstance(part, dict):
        if part.get("type") == kind and isinstance(part.get("text"), str):
            yield part["text"]
        for value in part.values():
            yield from texts(value, kind)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from texts(value, kind)


def all_texts(message: Message) -> str:
    return "\n".join([message.text, *texts(message.blocks, "mrkdwn")])
