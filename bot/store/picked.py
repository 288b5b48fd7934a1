"""Alerts that a person picked by name or fingerprint."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, func, or_, select

from bot.domain.incidents.alert import Status, StoredAlert
from bot.store.alerts import stored
from bot.store.codec import dumps, loads
from bot.store.tables import alerts, incidents

_MOST_READ = 1000  # label sets


def in_incident(tx: Connection, incident: int, words: Sequence[str]) -> list[StoredAlert]:
    """All episodes in the incident of the alerts with these names (in any case) or fingerprints."""
    wanted = {word.casefold() for word in words}
    statement = (
        select(alerts)
        .where(
            alerts.c.incident_id == incident,
            or_(alerts.c.fingerprint.in_(words), *(_named(word) for word in words)),
        )
        .order_by(alerts.c.id)
    )
    found = [stored(row) for row in tx.execute(statement)]
    return [
        one
        for one in found
        if one.fingerprint in words or one.labels.get("alertname", "").casefold() in wanted
    ]


def firing(tx: Connection, name: str) -> dict[int, list[StoredAlert]]:
    """The firing alerts of this name in open incidents, by incident."""
    statement = (
        select(alerts)
        .join(incidents, incidents.c.id == alerts.c.incident_id)
        .where(
            incidents.c.resolved_at.is_(None),
            alerts.c.current_key.is_not(None),
            alerts.c.status == Status.FIRING.value,
            _named(name),
        )
        .order_by(alerts.c.id)
    )
    found: dict[int, list[StoredAlert]] = {}
    for row in tx.execute(statement):
        one = stored(row)
        if one.labels.get("alertname", "").casefold() == name.casefold():
            found.setdefault(row.incident_id, []).append(one)
    return found


def names(tx: Connection, incident: int) -> list[str]:
    """The names of the incident's firing alerts, each once."""
    statement = (
        select(alerts.c.labels_json)
        .where(
            alerts.c.incident_id == incident,
            alerts.c.current_key.is_not(None),
            alerts.c.status == Status.FIRING.value,
        )
        .distinct()
        .limit(_MOST_READ)
    )
    told = (loads(text).get("alertname", "") for text in tx.execute(statement).scalars())
    return sorted({name for name in told if name})


def _named(name: str) -> ColumnElement[bool]:
    """Finds what may carry the name; JSON text in lower case, so the caller looks again."""
    text = f'"alertname":{dumps(name)}'.lower()
    return func.lower(alerts.c.labels_json).contains(text, autoescape=True)
