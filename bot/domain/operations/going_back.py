"""Whether an operation undoes itself after a bad verdict, or a person decides (operations 1.9)."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.operations.operation import Operation
from bot.domain.operations.ping_pong import alike
from bot.domain.ops_data.policy import Policy
from bot.domain.wording import span


def why_not_by_itself(
    one: Operation, recent: Iterable[Operation], policy: Policy, now: datetime
) -> str:
    """Only once, soon after the switch, and never as a game of ping-pong; empty where it may.

    `recent` are the operations that switched traffic within `policy.switches_within`, it among
    them.
    """
    if one.reverts is not None:
        return f"it is the way back from OP-{one.reverts}"
    if one.switched_at is None:
        return "it is not known when its traffic moved"
    if now - one.switched_at > policy.again_within:
        return f"its traffic moved more than {span(policy.again_within)} ago"
    switches = sum(other.switches for other in alike(one, recent))
    if switches + 1 > policy.switches:
        return f"traffic was switched {switches} times within {span(policy.switches_within)}"
    return ""
