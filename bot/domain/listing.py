"""Which incidents and operations somebody wants to see."""

from dataclasses import dataclass

from bot.domain.incident import State
from bot.domain.operation import State as Stage
from bot.domain.plan import Kind
from bot.domain.severity import Severity


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """Which incidents a list shows; `before` is the number that the last page ended with."""

    states: tuple[State, ...] = ()
    severities: tuple[Severity, ...] = ()
    component: str | None = None
    environment: str | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class OperationFilter:
    """Which operations a list shows: all where nothing is said, the newest first."""

    states: tuple[Stage, ...] = ()
    kinds: tuple[Kind, ...] = ()
    incident: int | None = None
    before: int | None = None
    limit: int = 50
