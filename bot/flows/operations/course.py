"""Which way a run goes on after a stage, from how its steps ended: pure decisions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.operations.plan import Step
from bot.engine.outcome import Ending, Outcome

_URGENT = (
    Ending.STUCK, Ending.CONFLICT, Ending.LATE, Ending.UNSEEN, Ending.FAILED, Ending.STOPPED,
    Ending.CANCELLED,
)  # fmt: skip


class Way(StrEnum):
    ON = "on"
    BACK = "undo what was done"
    ASK = "a person decides"
    STUCK = "a person must look"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """A step of the plan and how it ended."""

    step: Step
    outcome: Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """`why` is for a person; `cancelled` tells a wish to stop from a failure."""

    way: Way
    why: str = ""
    cancelled: bool = False


def after(ended: Sequence[Ended], *, traffic_moved: bool, may_stay: bool) -> Course:
    """`ended` is the stage just run; `traffic_moved` whether a decisive step acted, ever.

    `may_stay` says that components already rolled back get on with those that are not.
    """
    wrong = [one for one in ended if not one.outcome.well and not one.step.optional]
    if not wrong:
        return Course(way=Way.ON)
    worst = min(wrong, key=_urgency)
    why = f"{worst.step.does or worst.step.name}: {worst.outcome.seen}"
    way = _way(worst, traffic_moved=traffic_moved, may_stay=may_stay)
    return Course(way=way, why=why, cancelled=worst.outcome.stopped)


def _way(worst: Ended, *, traffic_moved: bool, may_stay: bool) -> Way:
    ending, decisive = worst.outcome.ending, worst.step.decisive
    if ending is Ending.STUCK or (ending is Ending.CONFLICT and decisive):
        return Way.STUCK
    if ending is Ending.LATE and decisive:
        return Way.ASK
    if not traffic_moved or worst.outcome.stopped:
        return Way.BACK
    return Way.BACK if ending is Ending.FAILED and decisive and not may_stay else Way.ASK


def moves_traffic(ended: Iterable[Ended]) -> bool:
    """Whether a decisive step may have acted: these changed nothing."""
    harmless = (Ending.FAILED, Ending.UNSEEN, Ending.CANCELLED)
    return any(one.step.decisive and one.outcome.ending not in harmless for one in ended)


def to_undo(ended: Iterable[Ended]) -> list[Step]:
    """What stands, the last first: what was so before is nobody's to take back.

    Only a decisive step cannot have been so before: the run began by seeing what served. Somebody
    made the same move meanwhile, and going back takes that back too.
    """
    return [
        one.step
        for one in reversed(list(ended))
        if one.outcome.acted or (one.step.decisive and one.outcome.well)
    ]


def _urgency(one: Ended) -> tuple[int, bool]:
    return _URGENT.index(one.outcome.ending), not one.step.decisive
