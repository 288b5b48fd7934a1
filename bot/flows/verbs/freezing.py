"""How a freeze of deploys is told where people ask how things stand."""

from typing import Any

from bot.domain.incidents.wire import rfc3339
from bot.domain.wording import foreign, moment
from bot.flows.verbs.question import Question
from bot.store.freezes import Freeze


def freeze_line(q: Question, one: Freeze) -> str:
    elsewhere = one.environment != q.house.environment
    where = f" in {one.environment}" if elsewhere else ""
    named = f"{one.environment} {one.component}" if elsewhere else one.component
    lifted = q.say(f"unfreeze {named}")
    return (
        f"Deploys of {one.component}{where} stand still since {moment(one.at, q.now)} "
        f"by @{one.actor} (OP-{one.operation}: {foreign(one.why)}). To let them through: {lifted}"
    )


def freeze_json(one: Freeze) -> dict[str, Any]:
    return {
        "component": one.component,
        "environment": one.environment,
        "operation": f"OP-{one.operation}",
        "incident": f"INC-{one.incident}",
        "actor": one.actor,
        "why": one.why,
        "at": rfc3339(one.at),
    }
