"""What a rollback does before anything moves: deploys stand still, data can be brought back."""

from collections.abc import Sequence

from bot.domain.operations import lane
from bot.domain.operations.asking import Asking
from bot.domain.operations.operation import Operation
from bot.domain.operations.plan import Step
from bot.domain.ops_data.component import Component
from bot.domain.ops_data.restore_point import Provider, Store


def groundwork(asking: Asking, components: Sequence[Component]) -> list[Step]:
    """Once for each component and each store, all side by side."""
    operation = asking.operation
    steps = [
        lane.freeze(one, operation.environment, operation.name, optional=True) for one in components
    ]
    fresh = asking.catalogue.policy.restore_point_fresh
    points = [
        lane.restore_point(
            store, _identifier(operation, store), fresh, may_stall=operation.request.may_stall
        )
        for store in data_of(components, asking)
    ]
    return [*steps, *(point for point in points if point is not None)]


def _identifier(operation: Operation, store: Store) -> str:
    """The same at every attempt, and never that of another database's operation 1."""
    words = "".join(letter if letter.isalnum() else " " for letter in store.component.lower())
    return "-".join(["cf-rb", str(operation.id), operation.asked_stamp, *words.split()])


def data_of(components: Sequence[Component], asking: Asking) -> tuple[Store, ...]:
    """Where the data of these components lies, each store once; also where none makes a point."""
    found: dict[str, Store] = {}
    for one in components:
        owner = asking.catalogue.components.get(one.rollout.data if one.rollout else "")
        if owner is not None and owner.rollout is not None:
            none = Store(component=owner.name, provider=Provider.NONE)
            found[owner.name] = owner.rollout.stores.get(asking.operation.environment, none)
    return tuple(found.values())
