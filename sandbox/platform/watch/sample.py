"""What one component has counted so far, read at one instant."""

from dataclasses import dataclass

from sandbox.platform.component import Kind
from sandbox.platform.world import Platform


@dataclass(frozen=True, kw_only=True)
class Sample:
    at: float
    answers: bool
    requests: float = 0.0
    failed: float = 0.0
    fast: float = 0.0
    """Requests within the target of 500 ms."""
    paints: float = 0.0
    fast_paints: float = 0.0
    """Paints within the target of 1.5 s."""
    saves: float = 0.0
    lost_saves: float = 0.0
    fill: float = 0.0
    """How full a store is, 0 to 1."""


def sample(platform: Platform, name: str, *, at: float) -> Sample:
    component, meters = platform.components[name], platform.meters[name]
    answers = platform.answers(name)
    if component.kind in {Kind.POSTGRESQL, Kind.REDIS}:
        used, most = _STORES[component.kind]
        return Sample(at=at, answers=answers, fill=meters.value(used) / meters.value(most))
    colors = sorted({release.color for release in platform.running(name)})

    def total(series: str, **labels: str) -> float:
        return sum(meters.value(series, color=color, **labels) for color in colors)

    failed = total("http_requests_total", code="500") + total("http_requests_total", code="503")
    return Sample(
        at=at,
        answers=answers,
        requests=failed + total("http_requests_total", code="200"),
        failed=failed,
        fast=total("http_request_duration_seconds_bucket", le="0.5"),
        paints=meters.value("web_vitals_fcp_seconds_count", site=name),
        fast_paints=meters.value("web_vitals_fcp_seconds_bucket", site=name, le="1.5"),
        saves=total("document_saves_total", result="ok")
        + total("document_saves_total", result="error"),
        lost_saves=total("document_saves_total", result="error"),
    )


_STORES = {
    Kind.POSTGRESQL: ("pg_stat_activity_count", "pg_settings_max_connections"),
    Kind.REDIS: ("redis_memory_used_bytes", "redis_memory_max_bytes"),
}
