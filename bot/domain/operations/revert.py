"""Back from an operation that is done, to where it came from."""

from bot.domain.errors import Refused
from bot.domain.operations.freeze import command
from bot.domain.operations.operation import Operation, Request
from bot.domain.operations.plan import Kind

_OPPOSITES = {Kind.FREEZE: Kind.UNFREEZE, Kind.UNFREEZE: Kind.FREEZE}


def leads_back(before: Operation) -> bool:
    """Whether what it changed is known well enough to be put back by itself."""
    return bool(_releases(before)) or _was_scaled(before)


def request(before: Operation, why: str, force: str) -> Request:
    """To each component's release before it, or to the count before the one that it gave."""
    if back := _releases(before):
        return Request(components=tuple(back), target=back, why=why, force=force)
    if not _was_scaled(before):
        raise Refused(f"A {before.kind} has nothing to go back to.", _instead(before))
    if force:
        raise Refused(
            "One operator puts a count back: there is no glass to break.",
            f"To put it back: `operation revert {before.name}`.",
        )
    return Request(components=before.components, replicas=before.request.replicas, why=why)


def _releases(before: Operation) -> dict[str, str]:
    legs = before.plan.legs if before.plan else ()
    return {leg.component: leg.before.identity for leg in legs if leg.before and leg.after}


def _was_scaled(before: Operation) -> bool:
    return before.kind is Kind.SCALE and before.reverts is None and before.plan is not None


def _instead(before: Operation) -> str:
    opposite = _OPPOSITES.get(before.kind)
    if opposite is None:
        return f"`operation show {before.name}` tells what it did."
    return f"To have it otherwise: `{command(opposite, before.environment, before.components)}`."
