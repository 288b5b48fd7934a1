"""Plans that hold new deploys back, and that let them through again."""

from collections.abc import Sequence

from bot.domain.operations import lane
from bot.domain.operations.operation import Operation
from bot.domain.operations.plan import Kind, Leg, Mechanism, Plan, Step
from bot.domain.ops_data.component import Component
from bot.domain.verbs.saying import written
from bot.domain.verbs.table import BY_NAME
from bot.domain.verbs.words import Word


def plan(operation: Operation, components: Sequence[Component]) -> Plan:
    """Of a freeze or an unfreeze, as the operation says; from the catalogue alone."""
    return Plan(
        kind=operation.kind,
        environment=operation.environment,
        legs=tuple(Leg(component=one.name, mechanism=Mechanism.NONE) for one in components),
        steps=tuple(_step(one, operation) for one in components),
    )


def command(kind: Kind, environment: str, components: Sequence[str]) -> str:
    """How to ask for a freeze of these, or for its end, wherever it is said."""
    return written(BY_NAME[kind.value], {}, [Word(one) for one in (environment, *components)])


def _step(component: Component, operation: Operation) -> Step:
    if operation.kind is Kind.UNFREEZE:
        return lane.unfreeze(component, operation.environment)
    return lane.freeze(component, operation.environment, operation.name, optional=False)
