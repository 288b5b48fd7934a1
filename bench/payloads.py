"""Webhooks as Alertmanager sends them, and the same alerts as Prometheus sends them to it."""

import itertools
import json
from datetime import UTC, datetime
from typing import Any

from bench.load import post
from bench.served import TOKEN

_numbers = itertools.count(int(datetime.now(UTC).timestamp()) % 10**6 * 10**6)


def single() -> bytes:
    """One new alert of a service of its own: a new incident."""
    number = next(_numbers)
    service = f"service-{number}"
    return _webhook(service, [_alert(number, service, "10.0.0.1:9100")])


def group(size: int = 64) -> bytes:
    """`size` new alerts, the instances of one service, as one group."""
    numbers = [next(_numbers) for _ in range(size)]
    service = f"service-{numbers[0]}"
    return _webhook(
        service,
        [_alert(number, service, f"10.0.{number % 250}.1:9100") for number in numbers],
    )


def to_alertmanager(webhook: bytes) -> bytes:
    """The alerts of such a webhook request, as Prometheus posts them to Alertmanager."""
    told = json.loads(webhook.partition(b"\r\n\r\n")[2])
    alerts = [
        {key: alert[key] for key in ("labels", "annotations", "startsAt", "generatorURL")}
        for alert in told["alerts"]
    ]
    return post("/api/v2/alerts", json.dumps(alerts).encode())


def _webhook(service: str, alerts: list[dict[str, Any]]) -> bytes:
    labels = {"alertname": "HighErrorRate", "service": service}
    body = {
        "version": "4",
        "groupKey": f'{{}}:{{alertname="HighErrorRate", service="{service}"}}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "candlefish",
        "groupLabels": labels,
        "commonLabels": labels,
        "commonAnnotations": {},
        "externalURL": "http://alertmanager.example:9093",
        "alerts": alerts,
    }
    headers = [f"Authorization: Bearer {TOKEN}"]
    return post("/webhooks/alertmanager", json.dumps(body).encode(), headers)


def _alert(number: int, service: str, instance: str) -> dict[str, Any]:
    return {
        "status": "firing",
        "labels": {
            "alertname": "HighErrorRate",
            "cluster": "main",
            "instance": instance,
            "number": str(number),
            "service": service,
            "severity": "critical",
        },
        "annotations": {
            "summary": f"{service} fails more than 5 % of its requests",
            "description": "The error ratio has been above its target for two minutes.",
        },
        "startsAt": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example:9090/graph?g0.expr=up",
        "fingerprint": f"{number:016x}",
    }
