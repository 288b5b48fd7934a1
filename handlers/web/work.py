"""The operations of an incident as its page tells them: the newest first, in full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.bot import Bot
from bot.domain.operations.check import Check, passed, telling
from bot.domain.operations.listing import OperationFilter
from bot.domain.operations.next_move import next_move
from bot.domain.operations.operating import waiting
from bot.domain.operations.operation import Operation, Progress
from bot.domain.operations.plan import Step
from bot.domain.operations.under_way import under_way
from bot.domain.wording import lasting
from handlers.web import words

OPERATIONS = 10
_MARKS = {"waiting": "·", "running": "▶", "done": "✓", "failed": "✗", "skipped": "–", "stuck": "!"}  # noqa: RUF001 - a dash, as for "left out"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A step with its time, if it has begun, and what the plan says of it, if it is the plan's."""

    progress: Progress
    planned: Step | None
    mark: str
    took: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    operation: Operation
    rows: Sequence[Row]
    passed: str
    checks: Sequence[Check]
    move: str
    at_most: str

    @property
    def is_open(self) -> bool:
        return self.operation.closed_at is None

    @property
    def said(self) -> str:
        """Empty where it says no more than the state."""
        said = self.operation.said
        return "" if said == self.operation.state.value else said

    @property
    def state(self) -> str:
        return self.operation.state.spoken


def tell(bot: Bot, incident: int, prefix: str) -> tuple[Sequence[Work], bool]:
    """The newest few, and whether there are more."""
    found = bot.operations(OperationFilter(incident=incident, limit=OPERATIONS + 1))
    shown = found[:OPERATIONS]
    progress = bot.steps(*(one.id for one in shown))
    return [_work(one, progress[one.id], prefix) for one in shown], len(found) > OPERATIONS


def actors(every: Sequence[Work]) -> set[str]:
    """Everybody whom these name."""
    named: set[str | None] = set()
    texts: list[str] = []
    for work in every:
        one = work.operation
        named |= {one.requested_by, one.approved_by, one.stop.actor if one.stop else None}
        texts += [one.said, *(row.progress.seen for row in work.rows)]
    return {one for one in named if one} | words.people_in(texts)


def _work(one: Operation, progress: Sequence[Progress], prefix: str) -> Work:
    steps = one.plan.steps if one.plan else ()
    planned = {step.name: step for step in steps}
    return Work(
        operation=one,
        rows=[_row(row, planned) for row in under_way(one, progress) or waiting(steps)],
        passed=passed(one.checks),
        checks=telling(one.checks),
        move=next_move(one, f"{prefix} "),
        at_most=lasting(one.plan.seconds) if one.plan else "",
    )


def _row(row: Progress, planned: Mapping[str, Step]) -> Row:
    return Row(
        progress=row,
        planned=planned.get(row.name),
        mark=_MARKS[row.state],
        took=_took(row.started_at, row.finished_at),
    )


def _took(began: datetime | None, ended: datetime | None) -> str:
    return lasting((ended - began).total_seconds()) if began and ended else ""
