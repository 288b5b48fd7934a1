"""Which idle colours did not come up lately, as the rows of earlier operations have it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from bot.domain.operations.operation import Operation
from bot.domain.operations.setback import Setback
from bot.engine.outcome import Ending
from bot.flows.operations.acted import steps_ended
from bot.flows.operations.course import Ended
from bot.store import operations

# By the action that was to bring it up: what stood ready and fails is a conflict to the first.
_NOT_UP = {
    "scale_idle": (Ending.FAILED, Ending.LATE, Ending.CONFLICT),
    "restore_template": (Ending.FAILED, Ending.LATE),
}


def lately(tx: Connection, asked: Operation, since: datetime) -> tuple[Setback, ...]:
    """Of its incident, or ended since then; never its own, by which it would divert itself.

    What came up later than it did not is no setback any more.
    """
    found: dict[tuple[str, str], Setback] = {}
    for one in operations.before(tx, asked, since):
        for workload, identity, ended in _raised(one, steps_ended(tx, one)):
            if ended.outcome.well:
                found.pop((workload, identity), None)
            elif _fell(ended):
                found[workload, identity] = _setback(one, ended, identity)
    return tuple(found.values())


def of_run(tx: Connection, one: Operation) -> tuple[Setback, ...]:
    """What did not come up in its own run."""
    return tuple(
        _setback(one, ended, identity)
        for _, identity, ended in _raised(one, steps_ended(tx, one))
        if _fell(ended)
    )


def _raised(one: Operation, ended: Iterable[Ended]) -> Iterable[tuple[str, str, Ended]]:
    """The steps that were to bring an idle colour up, each with its Deployment and template."""
    legs = {leg.component: leg for leg in one.plan.legs} if one.plan else {}
    for each in ended:
        step, leg = each.step, legs.get(each.step.component)
        if step.action in _NOT_UP and not step.decisive and leg is not None and leg.after:
            yield str(step.args["deployment"]), leg.after.identity, each


def _fell(ended: Ended) -> bool:
    return ended.outcome.ending in _NOT_UP[ended.step.action]


def _setback(one: Operation, ended: Ended, identity: str) -> Setback:
    return Setback(
        workload=str(ended.step.args["deployment"]),
        identity=identity,
        operation=one.name,
        seen=ended.outcome.seen,
    )
