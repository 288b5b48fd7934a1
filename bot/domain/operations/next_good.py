"""On from a rollback that did not help, to the next good release."""

from collections.abc import Collection

from bot.domain.errors import Refused
from bot.domain.operations.operation import Operation, Request, State
from bot.domain.operations.plan import Kind
from bot.domain.verbs.saying import written
from bot.domain.verbs.table import BY_NAME
from bot.domain.verbs.words import Word


def must_lead_on(before: Operation) -> None:
    """Raises `Refused` where there is nothing to go on from."""
    look = f"`operation show {before.name}` tells all about it."
    if before.kind is not Kind.ROLLBACK:
        raise Refused(
            f"{before.name} is a {before.kind}: only a rollback goes on to another release.", look
        )
    if before.state not in (State.AWAITING_DECISION, State.SUCCEEDED):
        raise Refused(
            f"{before.name} is {before.state.spoken}: only a rollback that is undecided or done "
            "goes on to the next good release.",
            look,
        )


def request(before: Operation, failed: Collection[str], why: str) -> Request:
    """Of the components that failed, or of all where none of them is known to have.

    What was gone to is no target again, whatever became of its verdict. What might stall the
    database still may.
    """
    legs = before.plan.legs if before.plan else ()
    tried = {leg.component: leg.after.identity for leg in legs if leg.before and leg.after}
    beyond = {name: one for name, one in tried.items() if name in failed} or tried
    if not beyond:
        again = written(BY_NAME["rollback"], {}, [Word(before.environment)])
        raise Refused(f"{before.name} moved nothing.", f"To ask for a rollback: `{again}`.")
    return Request(
        components=tuple(beyond),
        why=why,
        may_stall=before.request.may_stall,
        follows=before.id,
        beyond=beyond,
    )
