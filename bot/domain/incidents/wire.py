"""How incidents, alerts and timeline entries read as JSON: the fixed fields of the API."""

from datetime import UTC, datetime
from typing import Any

from bot.domain.fact import Fact
from bot.domain.incidents.alert import StoredAlert
from bot.domain.incidents.incident import Incident
from bot.domain.incidents.timeline import Entry


def rfc3339(at: datetime | None) -> str | None:
    """UTC, to the millisecond."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def incident_json(one: Incident) -> dict[str, Any]:
    return {
        "id": one.name,
        "state": one.state.value,
        "severity": one.severity.value,
        "severity_text": one.severity_text,
        "category": one.category.value,
        "title": one.title,
        "summary": one.summary,
        "component": one.component,
        "environment": one.environment,
        "labels": dict(one.labels),
        "runbook": one.runbook,
        "ladder": one.ladder,
        "opened_at": rfc3339(one.opened_at),
        "started_at": rfc3339(one.started_at),
        "acknowledged_at": rfc3339(one.acknowledged_at),
        "acknowledged_by": one.acknowledged_by,
        "mitigated_at": rfc3339(one.mitigated_at),
        "mitigated_by": one.mitigated_by,
        "resolved_at": rfc3339(one.resolved_at),
        "resolved_by": one.resolved_by,
        "level": one.level,
        "next_escalation_at": rfc3339(one.next_escalation_at),
        "alerts_firing": one.alerts_firing,
        "alerts_total": one.alerts_total,
        "merged_into": f"INC-{one.merged_into}" if one.merged_into else None,
        "previous": f"INC-{one.previous}" if one.previous else None,
        "roles": dict(one.roles),
        "version": one.version,
    }


def alert_json(one: StoredAlert) -> dict[str, Any]:
    return {
        "fingerprint": one.fingerprint,
        "source": one.source,
        "status": one.status.value,
        "labels": dict(one.labels),
        "annotations": dict(one.annotations),
        "starts_at": rfc3339(one.starts_at),
        "ends_at": rfc3339(one.ends_at),
        "generator_url": one.generator_url,
    }


def entry_json(one: Entry) -> dict[str, Any]:
    return {
        "at": rfc3339(one.at),
        "kind": one.kind.value,
        "actor": one.actor,
        "text": one.text,
        "data": dict(one.data),
    }


def fact_json(one: Fact) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "value": one.value,
        "before": one.before,
        "unit": one.unit,
        "target": one.target,
        "verdict": one.verdict.value,
        "missing": one.missing.value if one.missing else None,
        "at": rfc3339(one.at),
    }
