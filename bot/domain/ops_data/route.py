"""One branch of the routing tree: which alerts it takes, and what it says about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from re import Pattern

from bot.domain.severity import Category, Severity

# Labels that tell copies of one thing apart, never one problem from another.
IGNORED_LABELS = frozenset(
    {
        "replica",
        "pod",
        "instance",
        "endpoint",
        "container_id",
        "controller_revision_hash",
        "host_ip",
        "id",
        "pod_ip",
        "pod_template_hash",
        "prometheus",
        "prometheus_replica",
        "uid",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What a route says, its parents' words included.

    `component_labels` are looked at before the usual ones, and count only if they name a
    component that we know: on alerts of kube-state-metrics `job` names the exporter.
    """

    runbook: str
    ladder: str
    category: Category | None = None
    severity: Severity | None = None
    component: str | None = None
    component_labels: tuple[str, ...] = ()
    incident: bool = True
    ignored_labels: frozenset[str] = IGNORED_LABELS


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """`given` names the settings that stand on this route itself; `line` is its place in the file.

    `by_alertname` and `any_alertname` are the children once more, so that the hot path tries
    only those that can match (`index` makes them).
    """

    name: str
    path: str
    line: int
    settings: Settings
    given: frozenset[str] = frozenset()
    equals: Mapping[str, frozenset[str]] = field(default_factory=dict)
    patterns: Mapping[str, Pattern[str]] = field(default_factory=dict)
    children: tuple["Route", ...] = ()
    by_alertname: Mapping[str, tuple["Route", ...]] = field(default_factory=dict)
    any_alertname: tuple["Route", ...] = ()


def index(children: Sequence[Route]) -> Mapping[str, tuple[Route, ...]]:
    """For each alert name that some child asks for: the children that can match it, in order."""
    names = {name for child in children for name in child.equals.get("alertname", ())}
    return {
        name: tuple(
            child
            for child in children
            if "alertname" not in child.equals or name in child.equals["alertname"]
        )
        for name in names
    }


def trail(root: Route, labels: Mapping[str, str]) -> tuple[Route, ...]:
    """From the root to the route that takes these labels: depth first, the first match wins."""
    passed = [root]
    alertname = labels.get("alertname", "")
    here: Route | None = root
    while here is not None:
        candidates = here.by_alertname.get(alertname, here.any_alertname)
        here = next((child for child in candidates if matches(child, labels)), None)
        if here is not None:
            passed.append(here)
    return tuple(passed)


def matches(route: Route, labels: Mapping[str, str]) -> bool:
    """As in Alertmanager, a label that is not there is an empty one."""
    for label, values in route.equals.items():
        if labels.get(label, "") not in values:
            return False
    for label, pattern in route.patterns.items():
        if pattern.fullmatch(labels.get(label, "")) is None:
            return False
    return True
