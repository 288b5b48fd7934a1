"""Makes the plan of an operation: reads the world, decides purely, and lets actions say the words.

The same call makes it for people to read and again when it begins, to see whether it still holds.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

import msgspec

from bot.actions.registry import ACTIONS
from bot.domain.operations import freeze, restart, rollback, scale
from bot.domain.operations.asking import Asking
from bot.domain.operations.operation import Operation
from bot.domain.operations.plan import Kind, Plan, Step
from bot.domain.operations.scope import in_scope
from bot.domain.operations.setback import Setback
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.component import Component
from bot.flows.operations.survey import Releases, surveys
from bot.ports.world import World


def plan(
    world: World,
    catalogue: Catalogue,
    operation: Operation,
    releases: Releases,
    *,
    began: datetime,
    setbacks: Sequence[Setback] = (),
    troubled: Collection[str] = (),
) -> Plan:
    """Raises `Refused` with the next move, `Unavailable` while a vendor is away.

    `began` is when the operation's incident began: what served then is no target. `setbacks` are
    ways that were tried lately and led nowhere, `troubled` the components that had open incidents
    when it was asked for. A plan without steps says that all is as it was asked to be; its notes
    say so in words.
    """
    asking = Asking(
        operation=operation,
        catalogue=catalogue,
        began=began,
        now=world.now(),
        setbacks=setbacks,
        troubled=troubled,
    )
    components = in_scope(operation, catalogue)
    return _worded(_bare(world, asking, components, releases))


def _bare(
    world: World, asking: Asking, components: Sequence[Component], releases: Releases
) -> Plan:
    operation = asking.operation
    read = partial(surveys, world, components, operation.environment, releases)
    match operation.kind:
        case Kind.ROLLBACK:
            return rollback.plan(asking, read())
        case Kind.RESTART:
            return restart.plan(operation, read())
        case Kind.SCALE:
            return scale.plan(operation, read())
        case Kind.FREEZE | Kind.UNFREEZE:
            return freeze.plan(operation, components)


def _worded(bare: Plan) -> Plan:
    return replace(bare, steps=tuple(_said(step) for step in bare.steps))


def _said(step: Step) -> Step:
    action = ACTIONS[step.action]
    words = action.words(msgspec.convert(dict(step.args), action.args))
    return replace(
        step,
        does=words.does,
        touches=words.touches,
        check=words.check,
        undo=words.undo,
        seconds=action.seconds,
    )
