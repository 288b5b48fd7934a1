"""An operation in a line, as lists and answers show it, and which of them wait for somebody."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.operations.operation import HOLDING, Operation, State
from bot.domain.operations.plan import Leg, Origin
from bot.domain.wording import count, foreign, lasting, moment, span

# They go no further until a person acts; the most urgent first.
NEEDING = (State.STUCK, State.AWAITING_DECISION, State.AWAITING_APPROVAL)
OPEN = (State.PLANNING, *NEEDING, *sorted(HOLDING - {State.AWAITING_DECISION}))
_LEGS_TOLD = 3


def needing(found: Iterable[Operation]) -> list[Operation]:
    """Those that wait for somebody, the most urgent first."""
    waiting = (one for one in found if one.state in NEEDING and one.closed_at is None)
    return sorted(waiting, key=lambda one: (NEEDING.index(one.state), one.id))


def needs_another(one: Operation) -> bool:
    """Whether it waits for somebody other than who asked for it."""
    return one.state is State.AWAITING_APPROVAL and one.approvals_needed > 0


def concerns(one: Operation, component: str) -> bool:
    """Whether it is about this component, as far as is known before its plan is there."""
    return component in one.components or not one.components


def operation_line(one: Operation, now: datetime) -> str:
    """`OP-7 rollback of api v2 → v1 in production: approved, starting, asked for by @slack:U1`."""
    told = foreign(f"{one.name} {_about(one)}: {_standing(one, now)}")
    return f"{told}, asked for by @{one.requested_by}"


def _about(one: Operation) -> str:
    legs = one.plan.legs if one.plan else ()
    parts = [leg_line(leg) for leg in legs] or list(one.components) or ["all that there is"]
    if len(parts) > _LEGS_TOLD:
        rest = count(len(parts) - _LEGS_TOLD, "other")
        parts = [*parts[:_LEGS_TOLD], rest]
    return f"{one.kind} of {', '.join(parts)}{one.size} in {one.environment}"


def leg_line(leg: Leg) -> str:
    if leg.before is None or leg.after is None:
        return leg.component
    return f"{leg.component} {leg.before.version} → {leg.after.version}"


def leg_story(leg: Leg, changes: str, now: datetime) -> str:
    """`api: v2 (1a2b…) came 12 min ago by ci → v1 (3c4d…) came 3 d ago; changes: https://…`."""
    if leg.before is None or leg.after is None:
        return leg.component
    way = " → ".join(
        f"{release.version} ({release.short}){_since(origin, now)}"
        for release, origin in ((leg.before, leg.came), (leg.after, leg.made))
    )
    return f"{leg.component}: {way}{f'; changes: {changes}' if changes else ''}"


def step_lines(number: int, text: str, seconds: float, **also: str) -> list[str]:
    """A step as it is read before it runs; `also` says what it touches and the like."""
    told = "; ".join(f"{name}: {words}" for name, words in also.items() if words)
    first = f"  {number}. {text} (at most {lasting(seconds)})"
    return [first, f"     {told}"] if told else [first]


def _since(origin: Origin | None, now: datetime) -> str:
    if origin is None:
        return ""
    most = "at most " if origin.until else ""
    return f" came {most}{span(now - origin.at)} ago{f' by {origin.by}' if origin.by else ''}"


def _standing(one: Operation, now: datetime) -> str:
    match one.state:
        case State.AWAITING_APPROVAL:
            who = f"{'a second' if one.approvals_needed else 'one'} {one.approver_role}"
            until = f" until {moment(one.expires_at, now)}" if one.expires_at else ""
            return f"waits for {who}{until}"
        case State.AWAITING_DECISION:
            return f"undecided: {one.said}"
        case State.PLANNING:
            return "being planned"
        case State.APPROVED:
            return "approved, starting"
        case State.RUNNING | State.UNDOING:
            since = f" since {moment(one.started_at, now)}" if one.started_at else ""
            due = f", due by {moment(one.due_at, now)}" if one.due_at else ""
            return f"{'running' if one.state is State.RUNNING else 'being undone'}{since}{due}"
        case _:
            return _ending(one, now)


def _ending(one: Operation, now: datetime) -> str:
    at = f" {moment(one.finished_at, now)}" if one.finished_at else ""
    why = f": {one.said}" if one.said and one.state is not State.SUCCEEDED else ""
    return f"{one.state.spoken}{at}{why}"
