"""Where a component's releases run and how traffic finds them: what operations must be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.ops_data.restore_point import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Drain:
    """How long-lived connections leave an old colour without a storm of reconnects.

    `percent` of its pods at a time, at least one, `every` so often.
    """

    percent: int = 10
    every: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rollout:
    """`deployments` is by colour; one Deployment without colours stands under "".

    `selector` is the key of the Service's selector that holds the colour; `route` names an Istio
    VirtualService whose subsets are the colours, where that switches instead of the Service.
    `stores` is by environment, on the component that holds data: where a restore point is made.
    `probes` are addresses by environment that a user would get; `tier` orders a full rollback:
    lower ones, the consumers, first. `data` names the component whose data it writes.
    """

    deployments: Mapping[str, str] = field(default_factory=dict)
    service: str = ""
    selector: str = ""
    route: str = ""
    container: str = ""
    probes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    drain: Drain | None = None
    tier: int = 1
    data: str = ""
    schema_query: str = ""
    secret_epoch: int | None = None
    stores: Mapping[str, Store] = field(default_factory=dict)

    @property
    def coloured(self) -> bool:
        return len(self.deployments) > 1
