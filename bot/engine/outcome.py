"""How a guarded step ended: nine words, each with what was seen."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, Self


class Ending(StrEnum):
    DONE = "done"
    ALREADY = "it was so before"
    FAILED = "failed, nothing was changed"
    UNSEEN = "nobody could tell, so nothing was tried"
    CONFLICT = "somebody else changed it"
    STUCK = "nobody can tell"
    CANCELLED = "cancelled before it began"
    STOPPED = "stopped in the middle of it"
    LATE = "it did not come true in its time"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """`seen` is what was observed, in words for a person.

    `going_on`: it went well so far, and somebody has to look at it again later.
    """

    ending: Ending
    seen: str
    going_on: bool = False

    @property
    def well(self) -> bool:
        return self.ending in (Ending.DONE, Ending.ALREADY)

    @property
    def acted(self) -> bool:
        """Something of it stands by our doing."""
        return self.ending in (Ending.DONE, Ending.STOPPED, Ending.LATE)

    @property
    def stopped(self) -> bool:
        """Somebody wanted it so."""
        return self.ending in (Ending.STOPPED, Ending.CANCELLED)

    def plain(self) -> Mapping[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        """Also of what was kept before there was anything that goes on."""
        going_on = bool(plain.get("going_on"))
        return cls(ending=Ending(plain["ending"]), seen=plain["seen"], going_on=going_on)


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """`number` counts from 1; `began_at` is when the first of them began.

    `outcome` is what an earlier attempt closed with, where it got so far.
    """

    number: int
    began_at: datetime
    outcome: Outcome | None = None


class Journal(Protocol):
    """Where one guarded step is written down before and after it touches the world."""

    def open(self) -> Attempt:
        """Commits that the step is about to act."""

    def stop_wanted(self) -> str | None:
        """The words of whoever wants the operation to stop; asked right before each act."""

    def close(self, outcome: Outcome) -> None:
        """Commits how it ended; changes nothing where a later attempt was opened."""
