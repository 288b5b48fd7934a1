"""Which operations somebody wants to see."""

from dataclasses import dataclass

from bot.domain.operations.operation import State
from bot.domain.operations.plan import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class OperationFilter:
    """Which operations a list shows: all where nothing is said, the newest first."""

    states: tuple[State, ...] = ()
    kinds: tuple[Kind, ...] = ()
    incident: int | None = None
    before: int | None = None
    limit: int = 50
