"""The simple half of deploy/prometheus/rules.yml: which conditions hold between two samples."""

from dataclasses import dataclass

from sandbox.platform.component import Component, Kind
from sandbox.platform.watch.sample import Sample

_LEAST_RATE = 0.2
_MOST_FAILED = 0.05
_LEAST_FAST = 0.95
_LEAST_FAST_PAINTS = 0.75
_MOST_LOST_SAVES = 0.01
_FULL = {Kind.POSTGRESQL: ("PostgresConnections", 0.8), Kind.REDIS: ("RedisMemory", 0.9)}


@dataclass(frozen=True, kw_only=True)
class Condition:
    """An alert's name, severity and summary, as the rule of that name has them."""

    alertname: str
    severity: str
    summary: str


def holding(component: Component, then: Sample, now: Sample) -> tuple[Condition, ...]:
    """What is wrong with the component, judged by what happened between the two samples."""
    found = []
    if not now.answers:
        found.append(_critical(component.down, f"{component.name} is down"))
    found += _store(component, now) if component.kind in _FULL else _traffic(component, then, now)
    return tuple(found)


def _store(component: Component, now: Sample) -> list[Condition]:
    alertname, bound = _FULL[component.kind]
    if now.fill <= bound:
        return []
    return [_warning(alertname, f"{component.name} is {now.fill:.0%} full")]


def _traffic(component: Component, then: Sample, now: Sample) -> list[Condition]:
    found = []
    name, requests = component.name, now.requests - then.requests
    if requests > _LEAST_RATE * (now.at - then.at):
        failed = (now.failed - then.failed) / requests
        if failed > _MOST_FAILED:
            words = f"{name} fails {failed:.0%} of its requests"
            found.append(_critical("HighErrorRate", words))
        if (now.fast - then.fast) / requests < _LEAST_FAST:
            found.append(_warning("HighLatency", f"{name} is slow: p95 above 500 ms"))
    paints, saves = now.paints - then.paints, now.saves - then.saves
    if paints and (now.fast_paints - then.fast_paints) / paints < _LEAST_FAST_PAINTS:
        found.append(_warning("SiteSlow", f"{name} paints late: p75 above 1.5 s"))
    if saves and (lost := (now.lost_saves - then.lost_saves) / saves) > _MOST_LOST_SAVES:
        found.append(_critical("DocumentSaveFailures", f"{lost:.0%} of document saves fail"))
    return found


def _critical(alertname: str, summary: str) -> Condition:
    return Condition(alertname=alertname, severity="critical", summary=summary)


def _warning(alertname: str, summary: str) -> Condition:
    return Condition(alertname=alertname, severity="warning", summary=summary)
