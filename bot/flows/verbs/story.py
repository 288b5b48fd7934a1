"""What is known of a component's releases: the ledger's rows, and what a rollback would go to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.incidents.wire import rfc3339
from bot.domain.ops_data.component import Component
from bot.domain.releases.ledger import (
    LedgerRelease,
    changed_by_hand,
    key,
    last_known_good,
    newest_first,
)
from bot.domain.wording import moment
from bot.flows.operations.occasion import trouble_since
from bot.flows.verbs.question import Question
from bot.store import freezes, incidents, releases

_BY_HAND = "changed by hand"
_FROZEN = "came while deploys were frozen"


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """A component's rows, the newest first; `odd` is what did not come by the delivery."""

    component: Component
    rows: Sequence[LedgerRelease]
    good: LedgerRelease | None
    odd: dict[tuple[str, str, str], str]


def since(row: LedgerRelease, now: datetime) -> str:
    """`since 14:02 UTC`, or between which times the traffic came where nobody looked."""
    if row.live_at is None:
        return ""
    if row.live_by is None:
        return f"since {moment(row.live_at, now)}"
    return f"since some time between {moment(row.live_at, now)} and {moment(row.live_by, now)}"


def is_rolled_out(q: Question, component: Component) -> bool:
    """Whether it has releases here; what holds data has none."""
    rollout = component.rollout
    runs = rollout is not None and bool(rollout.deployments or component.sites)
    return runs and q.house.environment in component.environments


def story(q: Question, component: Component) -> Story:
    here = q.house.environment
    rows = newest_first(releases.of_component(q.tx, here, component.name))
    began = trouble_since(q.tx, incidents.open_on(q.tx, here, (component.name,)), q.now)
    proven_after = q.catalogue.policy.proven_after
    frozen = [one for one in freezes.standing(q.tx, here) if one.component == component.name]
    odd = dict.fromkeys(changed_by_hand(rows), _BY_HAND)
    for row in rows:
        if any(row.deployed_at > one.at for one in frozen) and not row.operation:
            odd[key(row)] = _FROZEN
    return Story(
        component=component,
        rows=rows,
        good=last_known_good(rows, at=began, now=q.now, proven_after=proven_after),
        odd=odd,
    )


def color_of(component: Component, row: LedgerRelease) -> str:
    deployments = component.rollout.deployments if component.rollout else {}
    return next((color for color, name in deployments.items() if name == row.workload), "")


def release_json(component: Component, row: LedgerRelease) -> dict[str, Any]:
    return {
        "version": row.version,
        "identity": row.identity,
        "workload": row.workload,
        "color": color_of(component, row) or None,
        "live": row.serves,
        "live_at": rfc3339(row.live_at),
        "live_by": rfc3339(row.surely_live_at),
        "deployed_at": rfc3339(row.deployed_at),
        "deployed_by": row.deployed_by or None,
        "verdict": row.verdict,
    }
