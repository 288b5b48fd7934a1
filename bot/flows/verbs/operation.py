"""`operation list`, `show`, and what people decide: approve, cancel, revert, go on, close."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

from sqlalchemy import Connection

from bot.domain.errors import Misuse, Refused
from bot.domain.names import number_of_operation
from bot.domain.operations.approval import SHOWN_HASH, command
from bot.domain.operations.check import passed, telling
from bot.domain.operations.lacking import lacking
from bot.domain.operations.line import OPEN, leg_line, leg_story, step_lines
from bot.domain.operations.listing import OperationFilter
from bot.domain.operations.next_move import next_move
from bot.domain.operations.operation import READ, Operation, Progress, State, StepState
from bot.domain.operations.plan import Plan
from bot.domain.operations.wire import operation_json
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.standing import Asker
from bot.domain.verbs.reply import Reply
from bot.domain.wording import foreign, moment, span
from bot.flows.operations import deciding
from bot.flows.operations.record import existing
from bot.flows.verbs.question import Question, prefix
from bot.flows.verbs.wanting import acting, told
from bot.store import operations, steps

_LISTED = 20
_MARKS = {
    StepState.WAITING: "·",
    StepState.RUNNING: "…",
    StepState.DONE: "✓",
    StepState.FAILED: "✗",
    StepState.SKIPPED: "-",
    StepState.STUCK: "!",
}


class Decide(Protocol):
    def __call__(
        self,
        tx: Connection,
        catalogue: Catalogue,
        /,
        number: int,
        *,
        who: Asker,
        now: datetime,
        why: str,
    ) -> Operation: ...


def list_all(q: Question) -> Reply:
    found = operations.page(q.tx, OperationFilter(limit=_LISTED))
    if not found:
        return Reply(text="There is no operation yet.", data={"items": []})
    lines = [
        f"{one.name} {one.kind} {_about(one)}: {one.state.spoken}, "
        f"asked for by @{one.requested_by} {moment(one.requested_at, q.now)}"
        for one in found
    ]
    items = [operation_json(one, steps.of_operation(q.tx, one.id)) for one in found]
    return Reply(text="\n".join(lines), data={"items": items})


def show(q: Question) -> Reply:
    found = existing(q.tx, _number(q))
    progress = steps.of_operation(q.tx, found.id)
    return Reply(text="\n".join(_shown(q, found, progress)), data=operation_json(found, progress))


def approve(q: Question) -> Reply:
    number = _number(q)
    found = existing(q.tx, number)
    said = q.value("plan-hash")
    if not said and found.state is State.AWAITING_APPROVAL:
        raise Misuse(
            f"An approval is for the plan you read: {_summary(found)}.",
            f"If it is: `{command(found)}`",
        )
    after = deciding.approve(q.tx, q.catalogue, number, who=acting(q), plan_hash=said, now=q.now)
    return told(q, after, f"{after.name} is approved and starts now: {_summary(after)}.")


def cancel(q: Question) -> Reply:
    return _decided(q, deciding.cancel, "asked to stop")


def revert(q: Question) -> Reply:
    back = partial(deciding.revert, force=q.value("force"))
    return _decided(q, back, "to be undone")


def close(q: Question) -> Reply:
    return _decided(q, deciding.close, "closed")


def go_on(q: Question) -> Reply:
    number = _number(q)
    after = deciding.go_on(q.tx, q.catalogue, number, who=acting(q), now=q.now, why=q.value("why"))
    return told(
        q,
        after,
        f"OP-{number} is taken as it is, and {after.name} is being planned, to the next good "
        f"release. {q.say(f'operation show {after.name}')} shows its plan. Nothing more is done "
        "before it is approved.",
    )


def _decided(q: Question, decide: Decide, done: str) -> Reply:
    number = _number(q)
    after = decide(q.tx, q.catalogue, number, who=acting(q), now=q.now, why=q.value("why"))
    if after.id != number:
        return told(
            q,
            after,
            f"OP-{number} is done, so {after.name} was asked for to go back. "
            f"{q.say(f'operation show {after.name}')} shows its plan.",
        )
    said = after.state.spoken if after.closed_at or after.state is State.UNDOING else done
    return told(q, after, f"{after.name} is {said}.")


def _number(q: Question) -> int:
    """The one named, or the only one that is open, on the incident at hand first."""
    named = number_of_operation(q.value("operation"))
    if named is not None:
        return named
    found = operations.in_states(q.tx, OPEN)
    here = [one for one in found if q.incidents and one.incident == q.incidents[0].id]
    candidates = here or found
    if len(candidates) == 1:
        return candidates[0].id
    if not candidates:
        raise Refused("No operation is open.", "`operation list` shows those there were.")
    ready = "\n".join(f"`{q.command.verb.name} {one.name}` {_summary(one)}" for one in candidates)
    raise Refused(f"{len(candidates)} operations are open. Which one?", f"\n{ready}")


def _shown(q: Question, one: Operation, progress: list[Progress]) -> list[str]:
    lines = [f"{one.name} {_summary(one)}: {one.state.spoken}"]
    if one.said and one.said != one.state.value:
        lines.append(foreign(one.said))
    lines += [foreign(f"{each}.") for each in lacking(one, progress)]
    lines += _by_whom(q, one)
    if one.plan:
        lines += _journeys(q, one.plan)
        lines += [foreign(note) for note in one.plan.notes]
    if one.checks:
        lines.append(f"{passed(one.checks)}.")
    lines += [
        f"  {check.result} {check.name}: {foreign(check.seen)}" for check in telling(one.checks)
    ]
    lines += _steps(one, progress)
    if one.verdict:
        lines.append(f"Verdict: {one.verdict.replace('_', ' ')}.")
    lines += [f"  {name}: {foreign(seen)}" for name, seen in one.results.items()]
    if one.plan_hash:
        lines.append(f"Plan {one.plan_hash[:SHOWN_HASH]}")
    if one.due_at and not one.is_over:
        lines.append(f"Due {moment(one.due_at, q.now)}.")
    move = next_move(one, prefix(q.surface))
    return [*lines, f"{move}."] if move else lines


def _journeys(q: Question, plan: Plan) -> list[str]:
    legs = [leg for leg in plan.legs if leg.before and leg.after]
    return [foreign(leg_story(leg, plan.links.get(leg.component, ""), q.now)) for leg in legs]


def _by_whom(q: Question, one: Operation) -> list[str]:
    glass = f", by break-glass: {foreign(one.request.force)}" if one.request.force else ""
    why = f": {foreign(one.request.why)}" if one.request.why else ""
    asked = f"Asked for by @{one.requested_by} {moment(one.requested_at, q.now)}{why}{glass}."
    return [asked, f"Approved by @{one.approved_by}."] if one.approved_by else [asked]


def _steps(one: Operation, progress: Sequence[Progress]) -> list[str]:
    """Before it runs the plan is read, with all that it touches; later its steps are watched."""
    if one.plan is None or one.state not in READ:
        return [_step_line(step) for step in progress]
    return [
        foreign(line)
        for number, step in enumerate(one.plan.steps, 1)
        for line in step_lines(
            number,
            step.does or step.name,
            step.seconds,
            touches=step.touches,
            check=step.check,
            undo=step.undo,
        )
    ]


def _step_line(step: Progress) -> str:
    took = ""
    if step.started_at and step.finished_at:
        took = f" ({span(step.finished_at - step.started_at)})"
    seen = f": {foreign(step.seen)}" if step.seen else ""
    return f"  {_MARKS[step.state]} {foreign(step.text)}{took}{seen}"


def _summary(one: Operation) -> str:
    legs = one.plan.legs if one.plan else ()
    moves = [leg_line(leg) for leg in legs if leg.before and leg.after]
    return f"{one.kind} of {', '.join(moves) if moves else _about(one)}"


def _about(one: Operation) -> str:
    return ", ".join(one.components) or f"all of {one.environment}"
