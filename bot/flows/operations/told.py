"""Questions that are asked side by side, and answers that may be missing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.operations.check import Check, Code
from bot.domain.operations.prechecks import Untold

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Ask:
    """`look` may take its time, on a thread of its own, and raises nothing that is expected."""

    code: Code
    component: str
    look: Callable[[], Check]


def told(asked: Callable[[], T]) -> T | Untold:
    """What a port says, or why it does not."""
    try:
        return asked()
    except (Refused, Unavailable, GiveUp) as error:
        return Untold(why=str(error))
