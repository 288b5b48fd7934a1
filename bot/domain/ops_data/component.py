"""A part of the platform: where it runs, what it needs, and how well it should do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.ops_data.restore_point import Store
from bot.domain.ops_data.rollout import Rollout


class Kind(StrEnum):
    KUBERNETES = "kubernetes"
    NETLIFY = "netlify"
    PWA = "pwa"
    POSTGRESQL = "postgresql"
    REDIS = "redis"
    SECRETS = "secrets"
    CLUSTER = "cluster"
    MONITORING = "monitoring"
    PAGING = "paging"
    DELIVERY = "delivery"
    BOT = "bot"
    EXTERNAL = "external"


@dataclass(frozen=True, kw_only=True, slots=True)
class Targets:
    """What it promises; `None` where it promises nothing."""

    availability_percent: float | None = None
    error_rate_percent: float | None = None
    p95_ms: float | None = None
    fcp_ms: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Metrics:
    """Prometheus names: series, and the label that picks this component in them."""

    requests: str = ""
    duration: str = ""
    connections: str = ""
    saves: str = ""
    fcp: str = ""
    label: str = "service"
    code_label: str = "code"


@dataclass(frozen=True, kw_only=True, slots=True)
class Component:
    """`namespace` and `sites` are by environment: the Kubernetes namespace, the Netlify site id.

    `color_label` is empty where there are no colours; `rollout` is `None` where the bot has
    nothing to roll back, restart or scale.
    """

    name: str
    kind: Kind
    environments: tuple[str, ...]
    title: str = ""
    namespace: Mapping[str, str] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    targets: Targets = Targets()
    links: Mapping[str, str] = field(default_factory=dict)
    pagerduty: str = ""
    color_label: str = ""
    metrics: Metrics = Metrics()
    rollout: Rollout | None = None


def stores(components: Iterable[Component]) -> tuple[Store, ...]:
    """Every place in which their data lies, in every environment."""
    rollouts = [one.rollout for one in components if one.rollout is not None]
    return tuple(store for rollout in rollouts for store in rollout.stores.values())


def neighbours(components: Mapping[str, Component]) -> Mapping[str, frozenset[str]]:
    """For each component those within two hops of the dependency graph, in either direction."""
    beside: dict[str, set[str]] = {name: set() for name in components}
    for component in components.values():
        for other in component.depends_on:
            beside[component.name].add(other)
            beside[other].add(component.name)
    return {
        name: frozenset(near.union(*(beside[other] for other in near)) - {name})
        for name, near in beside.items()
    }
