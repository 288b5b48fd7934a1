"""What the bot counts of itself, as Prometheus reads it from `/metrics`."""

from prometheus_client import CollectorRegistry, Counter, Histogram

_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0)


class Measures:
    """One registry a bot, so that two in one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.alerts = Counter(
            "candlefish_alerts_received_total",
            "Alerts stored, repeats included",
            registry=self.registry,
        )
        self.commit = Histogram(
            "candlefish_intake_commit_seconds",
            "From taking a batch of alerts to its commit",
            registry=self.registry,
            buckets=_SECONDS,
        )
        self.webhooks = Counter(
            "candlefish_webhooks_total",
            "Webhook requests by source and answer",
            ["source", "status"],
            registry=self.registry,
        )
        self.pagerduty = Counter(
            "candlefish_pagerduty_events_total",
            "Authentic PagerDuty events by outcome",
            ["outcome"],
            registry=self.registry,
        )
        self.slack_calls = Counter(
            "candlefish_slack_calls_total",
            "Calls of Slack's Web API by method and outcome",
            ["method", "outcome"],
            registry=self.registry,
        )

    def received(self, alerts: int, seconds: float) -> None:
        self.alerts.inc(alerts)
        self.commit.observe(seconds)
