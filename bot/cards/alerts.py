"""The alerts of an incident on its card: the first few by name, the rest one click away."""

from collections.abc import Sequence

from bot.cards.mrkdwn import clock, code, link, said
from bot.domain.incidents.alert import Status, StoredAlert
from bot.domain.incidents.incident import Incident

ALERTS_SHOWN = 5
_DIFFERENCES = 2
_NOT_TELLING = frozenset({"alertname", "severity"})


def alert_lines(incident: Incident, alerts: Sequence[StoredAlert], page: str, base_url: str) -> str:
    """One line an alert, each with what tells it from the others."""
    shown = alerts[:ALERTS_SHOWN]
    same = _common(shown)
    lines = [_line(alert, same) for alert in shown]
    more = incident.alerts_total - len(shown)
    if more > 0:
        lines.append(f"and {link(f'{page}#alerts', f'{more} more', (), own=base_url)}")
    return "\n".join(lines)


def _common(alerts: Sequence[StoredAlert]) -> frozenset[tuple[str, str]]:
    if len(alerts) < 2:  # noqa: PLR2004 - one alone differs from nothing
        return frozenset(alerts[0].labels.items()) if alerts else frozenset()
    return frozenset.intersection(*(frozenset(alert.labels.items()) for alert in alerts))


def _line(alert: StoredAlert, same: frozenset[tuple[str, str]]) -> str:
    name = said(alert.labels.get("alertname") or "alert", 80)
    differs = [
        code(f"{label}={value}", 80)
        for label, value in sorted(alert.labels.items())
        if label not in _NOT_TELLING and (label, value) not in same
    ][:_DIFFERENCES]
    firing = alert.status is Status.FIRING
    since = alert.starts_at if firing else alert.ends_at or alert.starts_at
    return " ".join(("•", name, *differs, "firing since" if firing else "resolved", clock(since)))
