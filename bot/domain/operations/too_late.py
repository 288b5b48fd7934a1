"""Why a decision about an operation comes too late, and what there is to do instead."""

from bot.domain.errors import Refused
from bot.domain.operations.next_move import next_move
from bot.domain.operations.operation import Operation, State


def over(one: Operation) -> Refused:
    told = f"{one.state.told}: {one.why}" if _waits_for_hands(one) else f"over: {one.said}"
    return Refused(f"{one.name} is {told.rstrip('.')}.", instead(one))


def not_undone(one: Operation) -> Refused:
    if one.state is State.UNDOING:
        return Refused(f"{one.name} is being undone already.", instead(one))
    if _waits_for_hands(one):
        return over(one)
    return Refused(f"{one.name} is {one.state.told}: there is nothing to undo.", instead(one))


def not_closed(one: Operation) -> Refused:
    if one.is_over:
        return over(one)
    fact = f"{one.name} is {one.state.told}: only a stuck or undecided one is closed."
    return Refused(fact, instead(one))


def instead(one: Operation) -> str:
    look = f"`operation show {one.name}` tells all about it."
    if _waits_for_hands(one):
        return next_move(one)
    if one.is_over:
        return look
    if one.state is State.UNDOING or one.stop is not None:
        return f"Wait until that is over: {look}"
    return f"To stop it: `operation cancel {one.name}`."


def _waits_for_hands(one: Operation) -> bool:
    return one.state is State.STUCK and one.closed_at is None
