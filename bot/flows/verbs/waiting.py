"""Operations as somebody sees them who asks how things stand: what waits for them comes first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.operations.line import NEEDING, OPEN, concerns, needing, operation_line
from bot.domain.operations.operation import Operation
from bot.domain.operations.wire import operation_json
from bot.domain.wording import count
from bot.flows.verbs.question import Question
from bot.store import operations, steps

_TOLD = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """What to say of them, and the same as data."""

    lines: Sequence[str]
    data: Sequence[dict[str, Any]]


def waiting(q: Question) -> Waiting:
    """Those that wait for somebody."""
    return _told(q, operations.in_states(q.tx, NEEDING))


def at_work(q: Question, component: str = "") -> Waiting:
    """All that are open, of one component or of all."""
    found = operations.in_states(q.tx, OPEN)
    return _told(q, [one for one in found if not component or concerns(one, component)])


def _told(q: Question, found: Sequence[Operation]) -> Waiting:
    waits = needing(found)
    others = [one for one in found if one not in waits]
    lines: list[str] = []
    if waits:
        verb = "waits" if len(waits) == 1 else "wait"
        lines = [f"{count(len(waits), 'operation')} {verb} for somebody:"]
        lines += _some(q, waits)
        lines.append(f"Look: {q.say(f'operation show {waits[0].name}')}")
    if others:
        lines.append(f"{count(len(others), 'operation')} under way:")
        lines += _some(q, others)
    data = [operation_json(one, steps.of_operation(q.tx, one.id)) for one in (*waits, *others)]
    return Waiting(lines=lines, data=data)


def _some(q: Question, found: Sequence[Operation]) -> list[str]:
    lines = [operation_line(one, q.now) for one in found[:_TOLD]]
    if len(found) > _TOLD:
        lines.append(f"And {len(found) - _TOLD} more: {q.say('operation list')}")
    return lines
