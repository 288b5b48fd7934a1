"""An operation on its incident's card: what it will do or does, how far it is, what to decide."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.cards.decisions import decisions
from bot.cards.mrkdwn import link, mrkdwn, said, section
from bot.cards.operation_steps import step_lines
from bot.cards.operation_words import (
    asking,
    checked,
    commands,
    fitted,
    journeys,
    moves,
    standing,
    told,
    verdict,
)
from bot.domain.operations.lacking import lacking
from bot.domain.operations.next_move import next_move
from bot.domain.operations.operation import READ, Operation, Progress, State
from bot.domain.ops_data.people import Person

LEAST, MOST = 3000, 6500  # characters that all of it takes where there is so much to say
_WAYS, _CHECKS, _NOTES, _STEPS, _RESULTS, _OTHERS = 1500, 1800, 500, 2900, 500, 500
_LACKS, _BUTTONS = 500, 500
_MORE = 200
_PREFIX = "/candlefish "
# Said in a few lines: what there was to do is done, or was never begun.
_BRIEF = frozenset({State.SUCCEEDED, State.UNDONE, State.CANCELLED, State.EXPIRED})


@dataclass(frozen=True, kw_only=True, slots=True)
class OperationView:
    """`progress` are its steps as far as they came.

    `leads_back`: it is done, and that so lately that its card still has the way back.
    """

    operation: Operation
    progress: Sequence[Progress] = ()
    leads_back: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """What else a card knows: `page` is the incident's, `hosts` are those links may lead to."""

    people: Mapping[str, Person]
    page: str
    base_url: str
    hosts: Collection[str] = ()


def operation_blocks(
    views: Sequence[OperationView], around: Around, room: int
) -> list[dict[str, Any]]:
    """The first in full and the others in a line each, in about `room` characters."""
    if not views:
        return []
    first, *others = views
    room = min(max(room, LEAST), MOST)
    lines = [_line(each.operation, around) for each in others]
    rest = fitted(lines, _OTHERS, "operation")
    blocks = _whole(first, around, room - len(rest))
    return [*blocks, section(rest)] if rest else blocks


def _whole(view: OperationView, around: Around, room: int) -> list[dict[str, Any]]:
    one, people = view.operation, around.people
    head = f"{_title(one, around)}\n{standing(one, people)}\n{asking(one, people)}"
    lacks = (f"⚠️ {told(each, people, 300)}" for each in lacking(one, view.progress))
    head = fitted((head, *lacks), len(head) + _LACKS, "warning")
    seen = verdict(one, people, _RESULTS)
    move = commands(next_move(one, _PREFIX))
    pressed = decisions(one, leads_back=view.leads_back)
    if one.closed_at is not None and one.state in _BRIEF:
        return [*_sections((head, seen, move)), *([pressed] if pressed else [])]
    room -= len(head) + len(seen) + len(move) + _BUTTONS
    ways = journeys(one, around.hosts, min(_WAYS, room // 3)) if one.state in READ else ""
    room -= len(ways)
    checks = checked(one.checks, people, min(_CHECKS, room // 2))
    notes = fitted((said(note, 300) for note in _notes(one)), min(_NOTES, room // 4), "note")
    steps = _steps(view, around, min(_STEPS, room - len(checks) - len(notes)))
    blocks = _sections((head, ways, notes, checks, steps, seen))
    if move:
        blocks.append({"type": "context", "elements": [mrkdwn(move)]})
    return [*blocks, pressed] if pressed else blocks


def _sections(parts: Iterable[str]) -> list[dict[str, Any]]:
    return [section(part) for part in parts if part]


def _title(one: Operation, around: Around) -> str:
    return f"*{_named(one, around)}* {moves(one)}"


def _line(one: Operation, around: Around) -> str:
    spoken = one.state.spoken
    return f"*{_named(one, around)}* {moves(one)}: {spoken}"


def _named(one: Operation, around: Around) -> str:
    return link(f"{around.page}#{one.name}", one.name, (), own=around.base_url)


def _notes(one: Operation) -> Sequence[str]:
    """What a reader of the plan should know; whoever watches a run knows it."""
    return one.plan.notes if one.plan and one.run == 0 else ()


def _steps(view: OperationView, around: Around, room: int) -> str:
    one = view.operation
    lines, left = step_lines(one, view.progress, around.people, room - _MORE)
    if left:
        page = f"{around.page}#{one.name}"
        more = f"{left} more of its steps" if lines else "Its steps are on the page"
        lines.append(f"and {link(page, more, (), own=around.base_url)}")
    return "\n".join(lines)
