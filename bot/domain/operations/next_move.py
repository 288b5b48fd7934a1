"""What a person can do about an operation now, in words, with the command ready to copy."""

from collections.abc import Callable, Collection, Mapping

from bot.domain.operations.approval import command
from bot.domain.operations.check import OVERRIDABLE, blocking
from bot.domain.operations.lacking import spared
from bot.domain.operations.operation import Operation, Request, State
from bot.domain.operations.plan import Kind
from bot.domain.operations.revert import leads_back
from bot.domain.verbs.saying import written
from bot.domain.verbs.table import BY_NAME
from bot.domain.verbs.verb import LISTED
from bot.domain.verbs.words import Word

REASON = "why"  # too short to be taken as it stands
_SWITCHED = "yes"

Say = Callable[[str], str]  # a command as it is said on the surface, between backticks


def next_move(one: Operation, prefix: str = "") -> str:
    """A sentence, or nothing where there is only to wait; `prefix` is said before a verb."""

    def say(words: str) -> str:
        ready = " ".join(words.replace("`", "'").split())
        return f"`{prefix}{ready}`"

    move = _MOVES.get(one.state)
    return move(one, say) if move else ""


def again(one: Operation, *, force: str = "", past: Collection[str] = ()) -> str:
    """The command that asks for the same once more, and not as a dry run; `past` are flags."""
    if one.reverts is not None:
        words = {"operation": f"OP-{one.reverts}", "force": force or one.request.force}
        given = {name: value for name, value in words.items() if value}
        return written(BY_NAME["operation revert"], given)
    if one.request.follows is not None and not force and not past:
        return f"operation next OP-{one.request.follows}"
    request, environment = one.request, one.environment
    values: dict[str, str] = {}
    many: tuple[str, ...] = ()
    if one.kind is Kind.ROLLBACK:
        many = (environment,)
        values = _flags(request, force or request.force) | dict.fromkeys(past, _SWITCHED)
    elif one.kind is Kind.RESTART:
        values = {"part": request.components[0], "environment": environment}
        if request.why:
            values["why"] = request.why
    else:
        many = (environment, *request.components)
        if request.replicas is not None:
            values["replicas"] = str(request.replicas)
    return written(BY_NAME[one.kind.value], values, [Word(each) for each in many])


def _flags(request: Request, force: str) -> dict[str, str]:
    given = {
        "component": LISTED.join(request.components),
        "to-version": request.to_version,
        "may-stall": _SWITCHED if request.may_stall else "",
        "force": force,
    }
    return {name: value for name, value in given.items() if value}


def _approve(one: Operation, say: Say) -> str:
    who = f"A second {one.approver_role}" if one.approvals_needed else f"Any {one.approver_role}"
    return f"{who} lets it run: {say(command(one))}"


def _stop(one: Operation, say: Say) -> str:
    if one.stop is not None:
        return ""
    if one.switched_at is None:
        return f"To stop it: {say(f'operation cancel {one.name}')}"
    return f"To undo it: {say(f'operation revert {one.name}')}"


def _decide(one: Operation, say: Say) -> str:
    keep, back = say(f"operation close {one.name}"), say(f"operation revert {one.name}")
    moves = f"To keep it: {keep}; to undo it: {back}"
    if one.kind is not Kind.ROLLBACK:
        return moves
    return f"{moves}; to go on to the next good release: {say(f'operation next {one.name}')}"


def _put_right(one: Operation, say: Say) -> str:
    if one.closed_at is not None:
        return ""
    done = say(f'operation close {one.name} "what you did"')
    return f"Look at it, put it right, then say so: {done}"


def _go_back(one: Operation, say: Say) -> str:
    if not leads_back(one):
        return ""
    back = f"To go back: {say(f'operation revert {one.name}')}"
    offers = (f"to take the snapshot that was spared: `{each.later}`" for each in spared(one))
    return "; ".join((back, *offers))


def _get_past(one: Operation, say: Say) -> str:
    """Break-glass is offered where it would help, and was not what was asked for."""
    stops = blocking(one.checks)
    past = {check.past for check in stops}
    if one.reverts is None and past and all(past):
        first = f"To let it stall the database first: {say(again(one, past=past))}"
        without = f"to go without, with a second person: {say(again(one, force=REASON))}"
        return f"{first}; {without}"
    said = f"When that is put right: {say(again(one))}"
    if one.request.follows is not None:
        return f"{said}; to go back instead: {say(f'operation revert OP-{one.request.follows}')}"
    may_force = one.kind is Kind.ROLLBACK and stops and not one.request.force
    if may_force and all(check.code in OVERRIDABLE for check in stops):
        return f"{said}; to break the glass: {say(again(one, force=REASON))}"
    return said


def _repeat(one: Operation, say: Say) -> str:
    return f"To ask for it again: {say(again(one))}"


def _do(one: Operation, say: Say) -> str:
    return f"To do it: {say(again(one))}"


_MOVES: Mapping[State, Callable[[Operation, Say], str]] = {
    State.AWAITING_APPROVAL: _approve,
    State.APPROVED: _stop,
    State.RUNNING: _stop,
    State.AWAITING_DECISION: _decide,
    State.STUCK: _put_right,
    State.SUCCEEDED: _go_back,
    State.BLOCKED: _get_past,
    State.UNDONE: _repeat,
    State.FAILED: _repeat,
    State.CANCELLED: _repeat,
    State.EXPIRED: _repeat,
    State.DRY_RUN: _do,
}
