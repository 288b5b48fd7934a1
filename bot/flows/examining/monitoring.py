"""Where alerts come from: Alertmanager, Prometheus, PagerDuty and the tokens of their webhooks."""

from bot.flows.examining.finding import Finding, good, off, tried
from bot.ports.metrics import Metrics
from bot.ports.silences import Silences


def alertmanager(silences: Silences | None) -> Finding:
    if silences is None:
        return off("alertmanager", "Set CANDLEFISH_ALERTMANAGER_URL to make silences.")
    fix = "Start it, or correct CANDLEFISH_ALERTMANAGER_URL."
    return tried("alertmanager", lambda: good("alertmanager", f"version {silences.check()}"), fix)


def webhook_token(tokens: int) -> Finding:
    if tokens:
        return good("alertmanager webhook", "a token is set")
    return off(
        "alertmanager webhook",
        "Set CANDLEFISH_ALERTMANAGER_TOKENS; until then its webhook answers 401 to everyone.",
    )


def prometheus(metrics: Metrics | None) -> Finding:
    if metrics is None:
        return off("prometheus", "Set CANDLEFISH_PROMETHEUS_URL.")

    def look() -> Finding:
        metrics.check()
        return good("prometheus", "answers queries")

    return tried("prometheus", look, "Start it, or correct CANDLEFISH_PROMETHEUS_URL.")


def pagerduty(secrets: int) -> Finding:
    if secrets:
        return good("pagerduty webhook", "a secret is set")
    return off(
        "pagerduty webhook",
        "Set CANDLEFISH_PAGERDUTY_WEBHOOK_SECRETS; until then its webhook answers 401 to everyone.",
    )
