"""Which of an incident's operations its card shows, and in which order."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.domain.operations.operation import Operation, State
from bot.flows.cards.card_view import OPERATIONS_SHOWN, RESULT_SHOWN, shown
from tests.domain.operations.made import NOW, operation

AGO = timedelta(minutes=1)


def one(number: int, state: State, closed_ago: timedelta | None = None) -> Operation:
    closed = None if closed_ago is None else NOW - closed_ago
    return operation(state, id=number, closed_at=closed)


@pytest.mark.parametrize(
    ("found", "numbers"),
    [
        ([], []),
        ([one(2, State.PLANNING), one(1, State.AWAITING_APPROVAL)], [2, 1]),
        ([one(2, State.PLANNING), one(1, State.RUNNING)], [1, 2]),
        ([one(3, State.RUNNING), one(2, State.STUCK), one(1, State.AWAITING_DECISION)], [2, 1, 3]),
        ([one(2, State.CANCELLED, AGO), one(1, State.STUCK)], [1, 2]),
        ([one(3, State.BLOCKED, AGO), one(2, State.SUCCEEDED, RESULT_SHOWN)], [3]),
        ([one(2, State.STUCK, RESULT_SHOWN), one(1, State.SUCCEEDED, AGO)], [1]),
        ([one(number, State.PLANNING) for number in range(9, 0, -1)], [9, 8, 7, 6]),
    ],
)
def test_what_needs_a_person_first_and_a_result_for_a_while(
    found: Sequence[Operation], numbers: list[int]
) -> None:
    assert [one.id for one in shown(found, NOW)] == numbers
    assert len(numbers) <= OPERATIONS_SHOWN
