"""Alertmanager's webhook body, version 4, for a group of one alert."""

import hashlib
from datetime import datetime

from sandbox.platform.watch.alert import Alert

_NO_END = "0001-01-01T00:00:00Z"


def body(alert: Alert, *, environment: str, external_url: str) -> dict[str, object]:
    labels = {
        "alertname": alert.condition.alertname,
        "environment": environment,
        "service": alert.service,
        "severity": alert.condition.severity,
    }
    annotations = {"summary": alert.condition.summary}
    group = {"alertname": labels["alertname"], "service": labels["service"]}
    status = "firing" if alert.firing else "resolved"
    return {
        "receiver": "candlefish",
        "status": status,
        "alerts": [
            {
                "status": status,
                "labels": labels,
                "annotations": annotations,
                "startsAt": _stamp(alert.starts_at),
                "endsAt": _stamp(alert.ends_at),
                "generatorURL": f"{external_url}/#{alert.service}",
                "fingerprint": _fingerprint(labels),
            }
        ],
        "groupLabels": group,
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": external_url,
        "version": "4",
        "groupKey": "{}:{" + ", ".join(f'{key}="{value}"' for key, value in group.items()) + "}",
        "truncatedAlerts": 0,
    }


def _stamp(at: datetime | None) -> str:
    return at.isoformat().replace("+00:00", "Z") if at else _NO_END


def _fingerprint(labels: dict[str, str]) -> str:
    words = "\xff".join(f"{key}\xff{value}" for key, value in sorted(labels.items()))
    return hashlib.sha256(words.encode()).hexdigest()[:16]
