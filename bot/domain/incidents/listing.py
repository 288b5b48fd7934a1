"""Which incidents somebody wants to see."""

from dataclasses import dataclass

from bot.domain.incidents.incident import State
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
