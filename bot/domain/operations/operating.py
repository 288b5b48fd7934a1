"""The moves of an operation: each gives the operation after it and what to tell, or `Refused`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.errors import Refused
from bot.domain.incidents.timeline import BOT, Entry, Kind
from bot.domain.operations import too_late
from bot.domain.operations.approval import Need, stopped_by
from bot.domain.operations.check import Check
from bot.domain.operations.operation import (
    Mode,
    Operation,
    Progress,
    State,
    StepState,
    Stop,
)
from bot.domain.operations.plan import Plan, Step
from bot.domain.ops_data.policy import Policy
from bot.domain.verification.verification import Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """An operation after a move, the version it was decided on, and what its incident tells."""

    operation: Operation
    decided_on: int
    entries: tuple[Entry, ...] = ()


def moved(
    before: Operation, now: datetime, text: str = "", *, actor: str = BOT, **fields: Any
) -> Move:
    """One version on; with `text` a line for the timeline."""
    after = replace(before, version=before.version + 1, **fields)
    told = (told_of(after, now, text, actor=actor),) if text else ()
    return Move(operation=after, decided_on=before.version, entries=told)


def told_of(
    operation: Operation, now: datetime, text: str, *, actor: str = BOT, **data: object
) -> Entry:
    return Entry(
        incident=operation.incident,
        at=now,
        kind=Kind.OPERATION,
        actor=actor,
        text=f"{operation.name}: {text}",
        data={"operation": operation.name, "state": operation.state.value, **data},
    )


def planned(
    before: Operation, plan: Plan, checks: Sequence[Check], needed: Need, *, now: datetime,
    policy: Policy,
) -> Move:  # fmt: skip
    """The plan is there: shown, and blocked, waiting for approval, or only shown."""
    stops = stopped_by(checks, before.request)
    fields: dict[str, Any] = {
        "plan": plan,
        "plan_hash": plan.digest,
        "checks": tuple(checks),
        "approvals_needed": needed.approvals,
        "approver_role": needed.role,
        "approved_by": None,
        "approved_at": None,
    }
    if before.request.dry_run:
        said = "a dry run: nothing will be done"
        return moved(
            before, now, f"planned, {said}", state=State.DRY_RUN, said=said, finished_at=now,
            closed_at=now, **fields,
        )  # fmt: skip
    if stops:
        said = "; ".join(f"{one.name}: {one.seen}" for one in stops)
        return moved(
            before, now, f"blocked: {said}", state=State.BLOCKED, said=said, finished_at=now,
            closed_at=now, **fields,
        )  # fmt: skip
    return moved(
        before,
        now,
        f"planned; {needed.by} must approve it ({needed.why})",
        state=State.AWAITING_APPROVAL,
        said=needed.why,
        expires_at=now + policy.approval_lasts,
        **fields,
    )


def counted_anew(before: Operation, needed: Need, now: datetime) -> Move:
    """What is on fire has changed, and with it who must approve the plan that is shown."""
    return moved(
        before, now, f"{needed.by} must approve it now ({needed.why})", said=needed.why,
        approvals_needed=needed.approvals, approver_role=needed.role,
    )  # fmt: skip


def waiting(steps: Iterable[Step]) -> list[Progress]:
    """Steps before the first of them began."""
    return [
        Progress(name=step.name, component=step.component, state=StepState.WAITING, text=step.does)
        for step in steps
    ]


def refused(before: Operation, why: str, now: datetime) -> Move:
    """There is no plan: the world or the request does not allow one."""
    if before.request.follows is not None:
        why = f"{why.rstrip('.')}. OP-{before.request.follows} was taken as it is already."
    return moved(before, now, why, state=State.BLOCKED, said=why, finished_at=now, closed_at=now)


def nothing_to_do(before: Operation, plan: Plan, now: datetime) -> Move:
    """A plan without steps: all is as it was asked to be, and what was shown is not done."""
    said = " ".join(plan.notes) or "it is so already, nothing to do"
    return moved(
        before, now, said, state=State.SUCCEEDED, said=said, finished_at=now, closed_at=now,
        due_at=None, plan=None, plan_hash=None, checks=(),
    )  # fmt: skip


def approved(before: Operation, actor: str, now: datetime, policy: Policy) -> Move:
    """After `must_be_approvable`; the run to start is the next one."""
    forced = f", by break-glass: {before.request.force}" if before.request.force else ""
    return moved(
        before, now, f"approved{forced}", actor=actor, state=State.APPROVED, approved_by=actor,
        approved_at=now, expires_at=None, run=before.run + 1, mode=Mode.FORWARD, stop=None,
        due_at=now + policy.budget, said="approved",
    )  # fmt: skip


def expired(before: Operation, now: datetime) -> Move:
    said = "nobody approved the plan in time; nothing was done"
    return moved(before, now, said, state=State.EXPIRED, said=said, finished_at=now, closed_at=now)


def begun(before: Operation, now: datetime) -> Move:
    return moved(before, now, "running", state=State.RUNNING, started_at=now, said="running")


def shown_anew(
    before: Operation, plan: Plan, checks: Sequence[Check], needed: Need, *, why: str,
    now: datetime, policy: Policy,
) -> Move:  # fmt: skip
    """Approved, but not as it is now."""
    move = planned(before, plan, checks, needed, now=now, policy=policy)
    after = replace(move.operation, due_at=None, started_at=None)
    if after.state is State.AWAITING_APPROVAL:
        after = replace(after, said=f"{why}; read it again")
        why = f"{why}; the plan is shown anew"
    told = told_of(after, now, why)
    return replace(move, operation=after, entries=(told, *move.entries))


def is_unmoved(one: Operation) -> bool:
    """Whether stopping it is all there is to it: nothing has moved that would have to go back."""
    early = (State.PLANNING, State.AWAITING_APPROVAL, State.APPROVED, State.RUNNING)
    return one.state in early and one.switched_at is None


def cancel(before: Operation, actor: str, now: datetime, why: str = "") -> Move:
    """Before it runs it is over at once; while it runs, the run stops before its next step."""
    if before.is_over:
        raise too_late.over(before)
    reason = f": {why}" if why else ""
    if before.state in (State.PLANNING, State.AWAITING_APPROVAL):
        said = f"cancelled{reason}"
        return moved(
            before, now, said, actor=actor, state=State.CANCELLED, said=said, finished_at=now,
            closed_at=now,
        )  # fmt: skip
    if is_unmoved(before):
        return _stop(before, actor, now, why, f"asked to stop{reason}")
    return revert(before, actor, now, why)


def revert(before: Operation, actor: str, now: datetime, why: str = "") -> Move:
    """After the switch, and before its end: the run undoes what it did."""
    reason = f": {why}" if why else ""
    if before.state is State.AWAITING_DECISION:
        return _back(before, f"revert asked for{reason}", now, actor=actor, said="undoing")
    if before.state in (State.APPROVED, State.RUNNING):
        return _stop(before, actor, now, why, f"revert asked for{reason}")
    raise too_late.not_undone(before)


def back_as_asked(
    before: Operation, said: str, now: datetime, results: Mapping[str, str],
    verdict: Verdict | None,
) -> Move:  # fmt: skip
    """A run ended undecided after somebody had asked to stop: that decides it."""
    return _back(before, said, now, said=said, results=results, verdict=verdict)


def _back(before: Operation, text: str, now: datetime, **fields: Any) -> Move:
    """By another run, which may take as long as the way there."""
    due_at = None
    if before.due_at is not None and before.approved_at is not None:
        due_at = now + (before.due_at - before.approved_at)
    return moved(
        before, now, text, state=State.UNDOING, run=before.run + 1, mode=Mode.UNDO, stop=None,
        due_at=due_at, **fields,
    )  # fmt: skip


def _stop(before: Operation, actor: str, now: datetime, why: str, text: str) -> Move:
    if before.stop is not None:
        by = f"@{before.stop.actor}"
        raise Refused(f"{by} asked {before.name} to stop already.", too_late.instead(before))
    return moved(before, now, text, actor=actor, stop=Stop(actor=actor, at=now, why=why), said=text)


def close(before: Operation, actor: str, now: datetime, why: str = "") -> Move:
    """A person takes it as it is: a stuck one gives its locks back, an undecided one is kept."""
    reason = f": {why}" if why else ""
    if before.state is State.AWAITING_DECISION:
        said = f"kept as it is{reason}"
        return moved(
            before, now, said, actor=actor, state=State.SUCCEEDED, said=said,
            finished_at=before.finished_at or now, closed_at=now,
        )  # fmt: skip
    if before.state is State.STUCK and before.closed_at is None:
        said = f"closed as it is{reason}"
        return moved(before, now, said, actor=actor, closed_at=now, said=f"{before.said} ({said})")
    raise too_late.not_closed(before)


def ended(
    before: Operation, state: State, said: str, now: datetime, *,
    results: Mapping[str, str] | None = None, verdict: Verdict | None = None,
) -> Move:  # fmt: skip
    """Its run is at an end; a stuck or undecided one stays open, for a person."""
    waits = state in (State.STUCK, State.AWAITING_DECISION)
    return moved(
        before,
        now,
        said,
        state=state,
        said=said,
        results=before.results if results is None else results,
        verdict=verdict or before.verdict,
        finished_at=None if state is State.AWAITING_DECISION else now,
        closed_at=None if waits else now,
    )
