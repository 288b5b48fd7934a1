"""Who may do what alone, what takes two, and what break-glass may skip: operations.md 5.2.

One person approves a plan by its hash. Where one is needed, that is somebody other than the
requester; where none is, anybody with the role confirms, the requester too.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import Misuse, Refused
from bot.domain.operations.check import Check, blocking, for_two, never_skipped
from bot.domain.operations.operation import Operation, Request, State
from bot.domain.operations.plan import Kind, Plan
from bot.domain.ops_data.people import Role
from bot.domain.ops_data.policy import Policy
from bot.domain.ops_data.standing import Asker
from bot.domain.severity import Severity
from bot.domain.wording import span

SHORTEST_REASON = 15
SHOWN_HASH = 12  # characters of a plan's hash that people see and say
_HASH = re.compile(rf"[0-9a-fA-F]{{{SHOWN_HASH},64}}")
AT_ONCE = 3  # operations that change the world at the same time
ALONE = frozenset({"staging", "preview"})  # any other environment is taken for production
_URGENT = (Severity.SEV1, Severity.SEV2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """How many approvals besides the requester's own confirmation, by whom, and why."""

    approvals: int
    role: Role
    why: str

    @property
    def by(self) -> str:
        return f"a second {self.role}" if self.approvals else f"one {self.role}"


def role_to_ask(request: Request) -> Role:
    """Whoever breaks the glass need only be a responder."""
    return Role.RESPONDER if request.force else Role.OPERATOR


def check_reason(request: Request) -> None:
    """Raises `Misuse` where break-glass is wanted without saying why."""
    if request.force and len(request.force.strip()) < SHORTEST_REASON:
        raise Misuse(
            f"Break-glass takes a reason of at least {SHORTEST_REASON} characters, for the review.",
            'Say what is at stake: `--force "checkout is down, nobody else answers"`.',
        )


def need(
    plan: Plan, request: Request, checks: Collection[Check], worst_open: Severity | None
) -> Need:
    """`worst_open` is the worst severity of the open incidents on the plan's components."""
    if request.force:
        return _forced(checks)
    if plan.environment in ALONE:
        return Need(approvals=0, role=Role.OPERATOR, why=f"it is {plan.environment}")
    approvals, why = _usual(plan, request, worst_open)
    return Need(approvals=approvals, role=Role.OPERATOR, why=why)


def _forced(checks: Collection[Check]) -> Need:
    two = for_two(checks)
    if two:
        names = ", ".join(one.name for one in two)
        return Need(approvals=1, role=Role.OPERATOR, why=f"overriding {names} takes two")
    return Need(approvals=0, role=Role.RESPONDER, why="break-glass")


def _usual(plan: Plan, request: Request, worst_open: Severity | None) -> tuple[int, str]:
    match plan.kind:
        case Kind.ROLLBACK:
            return _of_rollback(plan, request, worst_open)
        case Kind.RESTART | Kind.SCALE | Kind.FREEZE | Kind.UNFREEZE:
            return 0, f"{plan.kind} takes one operator"


def _of_rollback(plan: Plan, request: Request, worst_open: Severity | None) -> tuple[int, str]:
    if request.to_version or request.target:
        return 1, "a version was chosen by hand"
    if len(plan.legs) > 1:
        return 1, "it is about several components"
    if worst_open in _URGENT:
        return 0, f"it goes to the last known good while a {worst_open} is open"
    return 1, "no sev1 or sev2 is open on it, so there is time"


def stopped_by(checks: Collection[Check], request: Request) -> tuple[Check, ...]:
    """The checks that stop it: all that block, or with break-glass those it never skips."""
    return never_skipped(checks) if request.force else blocking(checks)


def must_be_approvable(
    operation: Operation, who: Asker, plan_hash: str, requester: str, now: datetime
) -> None:
    """Raises `Refused`, in words, where this click cannot approve this plan.

    `requester` is how the one who asked is known on every surface (`Asker.known_as`).
    """
    if operation.state is not State.AWAITING_APPROVAL:
        raise Refused(_not_now(operation), _look(operation))
    if operation.expires_at is not None and now >= operation.expires_at:
        raise Refused(
            f"The plan of {operation.name} ran out {span(now - operation.expires_at)} ago.",
            "Ask for it again: what a plan was made from does not stay so.",
        )
    if not same_plan(operation, plan_hash):
        is_hash = _HASH.fullmatch(plan_hash) is not None
        raise Refused(
            f"The plan of {operation.name} is not the one you saw: the world changed."
            if is_hash
            else f"A plan hash is {SHOWN_HASH} digits and letters, as the plan shows it.",
            f"Read it again, then `{command(operation)}`.",
        )
    must_hold(who, operation.approver_role, f"Approving {operation.name}", command(operation))
    if operation.approvals_needed and who.known_as == requester:
        raise Refused(
            f"{operation.name} needs a second person, and you asked for it yourself.",
            f"Ask another {operation.approver_role} to say `{command(operation)}`; `oncall` shows "
            "whom.",
        )


def command(operation: Operation) -> str:
    """What approves the plan as it stands."""
    return (
        f"operation approve {operation.name} --plan-hash {(operation.plan_hash or '')[:SHOWN_HASH]}"
    )


def same_plan(operation: Operation, plan_hash: str) -> bool:
    """Whether this is the plan's hash, or enough of its beginning."""
    whole = operation.plan_hash or ""
    return len(plan_hash) >= SHOWN_HASH and whole.startswith(plan_hash.casefold())


def must_hold(who: Asker, role: Role, what: str, say: str = "") -> None:
    """Raises `Refused`, or `Unavailable` where only a Slack list that is too old gives the role.

    `say` is the command for somebody who holds it.
    """
    if who.may(role):
        return
    who.must_be_sure(role, what)
    held = max(who.roles, key=list(Role).index, default=Role.VIEWER)
    raise Refused(
        f"{what} needs the role {role}; yours is {held}.",
        f"Ask one to say `{say}`; `oncall` shows whom."
        if say
        else "Ask somebody who holds it; `oncall` shows whom.",
    )


def gives_way(one: Operation) -> bool:
    """Whether the same by break-glass may take its place: nobody broke the glass or approved it."""
    waits = one.state in (State.PLANNING, State.AWAITING_APPROVAL)
    return waits and not one.request.force


def must_not_be_forced_again(earlier: Sequence[Operation], now: datetime, policy: Policy) -> None:
    """Break-glass once in a while: `earlier` are those forced within `policy.force_every`."""
    if not earlier:
        return
    last = earlier[0]
    at = last.approved_at or last.requested_at
    again = span(at + policy.force_every - now)
    raise Refused(
        f"The glass was broken for {last.name} {span(now - at)} ago, and that goes once in "
        f"{span(policy.force_every)}.",
        f"Ask for approval instead, or wait {again}.",
    )


def _not_now(operation: Operation) -> str:
    by = f" by @{operation.approved_by}" if operation.approved_by else ""
    words = {
        State.PLANNING: f"{operation.name} is still being planned.",
        State.BLOCKED: f"{operation.name} is blocked: {operation.said}",
        State.APPROVED: f"{operation.name} was approved{by} already.",
        State.EXPIRED: f"The plan of {operation.name} ran out before anybody approved it.",
        State.CANCELLED: f"{operation.name} was cancelled.",
        State.DRY_RUN: f"{operation.name} is a dry run: it only shows its plan.",
    }
    said = words.get(operation.state)
    if said:
        return said
    return f"{operation.name} was approved{by} already: it is {operation.state.told}."


def _look(operation: Operation) -> str:
    return f"`operation show {operation.name}` tells how it stands."
