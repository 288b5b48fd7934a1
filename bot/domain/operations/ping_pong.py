"""How often traffic was moved to and fro lately: operations.md 1.9."""

from collections.abc import Iterable

from bot.domain.errors import Refused
from bot.domain.operations.next_move import REASON, again
from bot.domain.operations.operation import Operation
from bot.domain.operations.plan import Kind
from bot.domain.ops_data.policy import Policy
from bot.domain.wording import span


def alike(one: Operation, recent: Iterable[Operation]) -> list[Operation]:
    """Those of `recent` that have a component of it, itself among them."""
    return [other for other in recent if set(other.components) & set(one.components)]


def must_not_be_ping_pong(one: Operation, recent: Iterable[Operation], policy: Policy) -> None:
    """`recent` are the operations that switched traffic within `policy.switches_within`."""
    if one.kind is not Kind.ROLLBACK:
        return
    same = alike(one, recent)
    switches = sum(other.switches for other in same)
    if switches >= policy.switches:
        names = ", ".join(other.name for other in same)
        raise Refused(
            f"Traffic was switched {switches} times within {span(policy.switches_within)} "
            f"({names}).",
            f"Find out why first; or break the glass: `{again(one, force=REASON)}`.",
        )
