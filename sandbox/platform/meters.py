"""The series that one component shows to Prometheus, under the names that deploy/ expects."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from sandbox.platform.component import Component, Kind
from sandbox.platform.health import Health, Outcome, fill

_DURATIONS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_PAINTS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
_CAPACITY = {Kind.POSTGRESQL: 100, Kind.REDIS: 512 * 1024 * 1024}
_FAILED = 500
_STORES = {
    Kind.POSTGRESQL: ("pg_up", "pg_stat_activity_count", "pg_settings_max_connections"),
    Kind.REDIS: ("redis_up", "redis_memory_used_bytes", "redis_memory_max_bytes"),
}


class Meters:
    """One registry; every series carries `service`, and `color` where there are colours."""

    def __init__(self, component: Component) -> None:
        self.registry = CollectorRegistry()
        self._component = component
        self._probe = self._gauge("probe_success", "1 when the front door answers.")
        if component.kind.serves_http:
            self._requests = self._counter(
                "http_requests_total", "Requests answered.", "code", "color"
            )
            self._durations = self._histogram(
                "http_request_duration_seconds", "Time to answer.", _DURATIONS, "color"
            )
        if component.kind is Kind.SITE:
            self._paints = self._histogram(
                "web_vitals_fcp_seconds", "First contentful paint.", _PAINTS, "site"
            )
        if component.documents:
            self._saves = self._counter(
                "document_saves_total", "Documents saved.", "color", "result"
            )
        if component.sessions:
            self._sessions = self._gauge("ws_connections", "Open connections.", "color")
        if component.kind in _STORES:
            up, used, most = _STORES[component.kind]
            self._up = self._gauge(up, "1 when it answers.")
            self._used = self._gauge(used, "How much is in use.")
            self._most = self._gauge(most, "How much there is.")
        if component.schema:
            self._schema = self._gauge("schema_version", "The newest migration that was applied.")

    def expose(self) -> bytes:
        return generate_latest(self.registry)

    def value(self, name: str, **labels: str) -> float:
        """One sample, 0 when nothing has been counted."""
        found = self.registry.get_sample_value(name, {"service": self._component.name, **labels})
        return found or 0.0

    def expect(self, color: str) -> None:
        """Show a colour's series before its first request, as a fresh pod does."""
        name = self._component.name
        for code in ("200", "500"):
            self._requests.labels(name, code, color)
        self._durations.labels(name, color)

    def answered(self, color: str, met: Outcome, *, seconds: float) -> None:
        """Count one request that took `seconds` as the caller felt it."""
        name, failed = self._component.name, met.code >= _FAILED
        self._requests.labels(name, str(met.code), color).inc()
        self._durations.labels(name, color).observe(seconds)
        if self._component.kind is Kind.SITE and not failed:
            self._paints.labels(name, name).observe(met.paint)
        if self._component.documents:
            self._saves.labels(name, color, "error" if failed else "ok").inc()

    def probed(self, *, answers: bool) -> None:
        self._probe.labels(self._component.name).set(answers)

    def connected(self, color: str, clients: int) -> None:
        self._sessions.labels(self._component.name, color).set(clients)

    def stored(self, health: Health) -> None:
        """The gauges of a store's exporter; a store that is down shows nothing but that."""
        name, most = self._component.name, _CAPACITY[self._component.kind]
        up = health in {Health.GOOD, Health.SLOW}
        self._up.labels(name).set(up)
        self._used.labels(name).set(round(fill(health) * most))
        self._most.labels(name).set(most)
        if self._component.schema:
            self._schema.clear()
            if up:
                self._schema.labels(name).set(self._component.schema)

    def _gauge(self, name: str, what: str, *labels: str) -> Gauge:
        return Gauge(name, what, ("service", *labels), registry=self.registry)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(name, what, ("service", *labels), registry=self.registry)

    def _histogram(self, name: str, what: str, buckets: Sequence[float], *labels: str) -> Histogram:
        return Histogram(name, what, ("service", *labels), buckets=buckets, registry=self.registry)
