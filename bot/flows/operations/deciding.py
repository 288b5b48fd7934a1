"""What people decide about operations, each in its own transaction: ask, approve, stop, close."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.domain.errors import Refused
from bot.domain.incidents.incident import Incident
from bot.domain.operations import approval, next_good, operating
from bot.domain.operations import revert as way_back
from bot.domain.operations.line import OPEN
from bot.domain.operations.operating import Move
from bot.domain.operations.operation import HOLDING, Operation, Request, State
from bot.domain.operations.ping_pong import must_not_be_ping_pong
from bot.domain.operations.plan import Kind
from bot.domain.operations.scope import in_scope
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.standing import Asker
from bot.domain.verification.verification import Verdict
from bot.domain.wording import either
from bot.flows.operations.acted import standing
from bot.flows.operations.aftermath import after_run
from bot.flows.operations.need import miscounted
from bot.flows.operations.occasion import incident_for
from bot.flows.operations.record import hold, locked, store, tell
from bot.flows.operations.rights import known_as, must_be_granted
from bot.flows.verbs.question import existing as existing_incident
from bot.store import calls, incidents, operations, releases
from bot.store.database import Conflict

LEADERS = 4  # the level that hears of broken glass


def ask(
    tx: Connection, catalogue: Catalogue, *, kind: Kind, request: Request, environment: str,
    incident: Incident, who: Asker, now: datetime, reverts: int | None = None,
) -> Operation:  # fmt: skip
    """A new operation, to be planned by a loop.

    Raises `Refused` where the asker may not, or where it can be of no component.
    """
    role = approval.role_to_ask(request)
    approval.must_hold(who, role, f"`{kind}`")
    approval.check_reason(request)
    present = incidents.find(tx, incident.id, lock=True)
    if incident.is_open and not (present and present.is_open):
        raise Conflict("the incident ended while an operation of it was asked for")
    asked = Operation(
        id=operations.next_number(tx),
        kind=kind,
        environment=environment,
        incident=incident.id,
        request=request,
        requested_by=who.actor,
        requested_at=now,
        said="being planned",
        reverts=reverts,
    )
    in_scope(asked, catalogue)
    operations.add(tx, asked)
    about = ", ".join(request.components) or "everything that can be rolled back"
    told = operating.told_of(asked, now, f"{kind} of {about} asked for", actor=who.actor)
    tell(tx, Move(operation=asked, decided_on=0, entries=(told,)))
    return asked


def approve(
    tx: Connection, catalogue: Catalogue, number: int, *, who: Asker, plan_hash: str, now: datetime
) -> Operation:
    """One conditional change with the locks of its components; a second click finds it approved."""
    found = _as_needed_now(tx, locked(tx, number))
    requester = known_as(catalogue, found.requested_by)
    approval.must_be_approvable(found, who, plan_hash, requester, now)
    must_be_granted(tx, catalogue, who, found.approver_role, now)
    operations.one_at_a_time(tx)
    if found.request.force:
        _must_not_be_forced_again(tx, catalogue, now)
    else:
        since = now - catalogue.policy.switches_within
        recent = operations.switched_since(tx, found.environment, since)
        must_not_be_ping_pong(found, recent, catalogue.policy)
    _must_not_be_too_many(tx)
    hold(tx, found, now)
    move = operating.approved(found, who.actor, now, catalogue.policy)
    store(tx, move, now)
    if found.request.force:
        calls.want(
            tx,
            key=f"{move.operation.run_id}:forced",
            incident=found.incident,
            level=LEADERS,
            text=f"{found.name} goes ahead by break-glass: {found.request.force}. "
            "To be reviewed within 24 hours.",
            now=now,
        )
    return move.operation


def cancel(
    tx: Connection, catalogue: Catalogue, number: int, *, who: Asker, now: datetime, why: str = ""
) -> Operation:
    """Whoever asked for it may stop it while nothing moved, from wherever, and every operator."""
    found = locked(tx, number)
    move = operating.cancel(found, who.actor, now, why)
    is_only_stopped = operating.is_unmoved(found)
    if who.known_as != known_as(catalogue, found.requested_by) or not is_only_stopped:
        what = "Stopping" if is_only_stopped else "Reverting"
        _must_hold(who, found, what, "cancel")
    return _kept(tx, move, now)


def revert(
    tx: Connection, catalogue: Catalogue, number: int, *, who: Asker, now: datetime, why: str = "",
    force: str = "",
) -> Operation:  # fmt: skip
    """Undoes it while it is open; afterwards asks for a new one, back to where it came from.

    `force` breaks the glass for that new one, which takes the place of one that waits for approval;
    what is open is undone without being planned.
    """
    found = locked(tx, number)
    if found.state is not State.SUCCEEDED or found.plan is None:
        move = operating.revert(found, who.actor, now, why)
        if force:
            raise Refused(
                f"{found.name} is {found.state.told}: there is no glass to break.",
                f"To undo it: `operation revert {found.name}`.",
            )
        _must_hold(who, found, "Reverting", "revert")
        return _kept(tx, move, now)
    replaced = _must_be_the_first(tx, found, force)
    if replaced:
        _must_not_be_forced_again(tx, catalogue, now)
    request = way_back.request(found, why, force)
    asked = ask(
        tx, catalogue, kind=found.kind, request=request, environment=found.environment,
        incident=_incident(tx, catalogue, found, request, who=who, now=now), who=who, now=now,
        reverts=found.id,
    )  # fmt: skip
    for one in replaced:
        why = f"{asked.name} takes its place, by break-glass"
        _kept(tx, operating.cancel(one, who.actor, now, why), now)
    return asked


def go_on(
    tx: Connection, catalogue: Catalogue, number: int, *, who: Asker, now: datetime, why: str = ""
) -> Operation:
    """Takes it as it is where that is undecided, and asks for the next good release, together.

    Whether there is one is seen when it is planned, which takes looks at the world: no transaction
    waits for those, and the locks have to be free by then.
    """
    found = locked(tx, number)
    next_good.must_lead_on(found)
    _must_be_the_first(tx, found)
    request = next_good.request(found, _failed(tx, found), why)
    asked = ask(
        tx, catalogue, kind=Kind.ROLLBACK, request=request, environment=found.environment,
        incident=_incident(tx, catalogue, found, request, who=who, now=now), who=who, now=now,
    )  # fmt: skip
    if found.state is State.AWAITING_DECISION:
        said = f"{asked.name} goes on to the next good release"
        close(tx, catalogue, number, who=who, now=now, why=said)
    return asked


def close(
    tx: Connection, catalogue: Catalogue, number: int, *, who: Asker, now: datetime, why: str = ""
) -> Operation:
    """What it raised for a while is still put back."""
    found = locked(tx, number)
    _must_hold(who, found, "Closing", "close")
    move = operating.close(found, who.actor, now, why)
    after_run(tx, found, standing(tx, found), catalogue.policy, now)
    return _kept(tx, move, now)


def _incident(
    tx: Connection, catalogue: Catalogue, found: Operation, request: Request, *, who: Asker,
    now: datetime,
) -> Incident:  # fmt: skip
    """Of what goes on from this one: its own where that is open still."""
    return incident_for(
        tx, catalogue, kind=found.kind, environment=found.environment,
        components=request.components, at_hand=existing_incident(tx, found.incident),
        actor=who.actor, now=now,
    )  # fmt: skip


def _must_hold(who: Asker, found: Operation, what: str, verb: str) -> None:
    say = f"operation {verb} {found.name}"
    approval.must_hold(who, found.approver_role, f"{what} {found.name}", say)


def _kept(tx: Connection, move: Move, now: datetime) -> Operation:
    store(tx, move, now)
    return move.operation


def _as_needed_now(tx: Connection, found: Operation) -> Operation:
    """With the approvals that it takes now: an incident may have got worse or better since."""
    need = miscounted(tx, found)
    if need is None:
        return found
    return replace(found, approvals_needed=need.approvals, approver_role=need.role)


def _must_not_be_forced_again(tx: Connection, catalogue: Catalogue, now: datetime) -> None:
    earlier = operations.forced_since(tx, now - catalogue.policy.force_every)
    approval.must_not_be_forced_again(earlier, now, catalogue.policy)


def _must_not_be_too_many(tx: Connection) -> None:
    busy = operations.in_states(tx, HOLDING)
    if len(busy) >= approval.AT_ONCE:
        names = either((one.name for one in busy), "and")
        raise Refused(
            f"{names} are under way, and more at once would hide what does what.",
            "Wait for one to end, or decide about one that waits for it: `operation list`.",
        )


def _must_be_the_first(tx: Connection, found: Operation, force: str = "") -> list[Operation]:
    """Two people may press at the same time; gives those that broken glass takes the place of."""
    waiting = operations.in_states(tx, OPEN)
    asked = [one for one in waiting if found.id in (one.reverts, one.request.follows)]
    for one in asked:
        if not force or one.reverts is None or not approval.gives_way(one):
            raise Refused(
                f"{one.name} was asked for from {found.name} already.",
                f"`operation show {one.name}` tells how it stands.",
            )
    return asked


def _failed(tx: Connection, found: Operation) -> list[str]:
    """The components whose target did badly, as the ledger has it."""
    return [
        leg.component
        for leg in (found.plan.legs if found.plan else ())
        if leg.after
        and releases.judged(tx, found.environment, leg.component, leg.after.identity)
        is Verdict.FAIL
    ]
