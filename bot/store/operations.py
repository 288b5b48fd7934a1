"""Operations as rows: changed only as they were when decided on, as incidents are."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, and_, insert, select, true, update

from bot.domain.operations.check import Check
from bot.domain.operations.line import OPEN
from bot.domain.operations.listing import OperationFilter
from bot.domain.operations.operation import Mode, Operation, Request, State, Stop
from bot.domain.operations.plan import Kind, Plan
from bot.domain.ops_data.people import Role
from bot.domain.verification.verification import Verdict
from bot.store.codec import dumps, instant, loads, micros
from bot.store.database import Conflict
from bot.store.tables import counters, operations

# Made before there are threads: msgspec crashes where two of them first need a type at once.
_request = msgspec.json.Decoder(Request)
_plan = msgspec.json.Decoder(Plan)
_checks = msgspec.json.Decoder(list[Check])
_stop = msgspec.json.Decoder(Stop)


def next_number(tx: Connection) -> int:
    """Takes the next number; whoever took it holds the counter until its commit."""
    counter = counters.c.name == "operation"
    statement = select(counters.c.value).where(counter).with_for_update()
    number = int(tx.execute(statement).scalar_one()) + 1
    tx.execute(update(counters).where(counter).values(value=number))
    return number


def one_at_a_time(tx: Connection) -> None:
    """Until this transaction ends nobody else approves: what all of them hold is counted."""
    tx.execute(select(counters.c.value).where(counters.c.name == "operation").with_for_update())


def add(tx: Connection, operation: Operation) -> None:
    tx.execute(insert(operations).values(_values(operation)))


def replace(tx: Connection, operation: Operation, *, decided_on: int) -> None:
    """Raises `Conflict` where it changed since the version it was decided on."""
    statement = (
        update(operations)
        .where(operations.c.id == operation.id, operations.c.version == decided_on)
        .values(_values(operation))
    )
    if tx.execute(statement).rowcount != 1:
        raise Conflict("an operation changed while it was decided on")


def find(tx: Connection, number: int, *, lock: bool = False) -> Operation | None:
    statement = select(operations).where(operations.c.id == number)
    row = tx.execute(statement.with_for_update() if lock else statement).one_or_none()
    return None if row is None else _operation(row)


def in_states(tx: Connection, states: Collection[State], limit: int = 100) -> list[Operation]:
    """The oldest first."""
    statement = (
        select(operations)
        .where(operations.c.state.in_(states), operations.c.closed_at.is_(None))
        .order_by(operations.c.id)
        .limit(limit)
    )
    return [_operation(row) for row in tx.execute(statement)]


def page(tx: Connection, wanted: OperationFilter) -> list[Operation]:
    conditions: list[ColumnElement[bool]] = [true()]
    if wanted.states:
        conditions.append(operations.c.state.in_(wanted.states))
    if wanted.kinds:
        conditions.append(operations.c.kind.in_(wanted.kinds))
    if wanted.incident is not None:
        conditions.append(operations.c.incident_id == wanted.incident)
    if wanted.before is not None:
        conditions.append(operations.c.id < wanted.before)
    statement = (
        select(operations)
        .where(and_(*conditions))
        .order_by(operations.c.id.desc())
        .limit(wanted.limit)
    )
    return [_operation(row) for row in tx.execute(statement)]


def move(tx: Connection, source: int, target: int) -> None:
    """Gives all operations of one incident to another; who decides on one now decides anew."""
    tx.execute(
        update(operations)
        .where(operations.c.incident_id == source)
        .values(incident_id=target, version=operations.c.version + 1)
    )


def of_incident(tx: Connection, incident: int) -> Operation | None:
    """The one to tell of: the newest that is not over, or else the newest."""
    rows = page(tx, OperationFilter(incident=incident, limit=10))
    return next((one for one in rows if one.closed_at is None), rows[0] if rows else None)


def unfinished(tx: Connection) -> dict[int, list[str]]:
    """The names of all operations that are not over, by their incident."""
    live = operations.c.state.in_(OPEN) & operations.c.closed_at.is_(None)
    found: dict[int, list[str]] = {}
    statement = select(operations.c.id, operations.c.incident_id).where(live)
    for number, incident in tx.execute(statement.order_by(operations.c.id)):
        found.setdefault(incident, []).append(f"OP-{number}")
    return found


def all_of_incident(tx: Connection, incident: int) -> list[Operation]:
    statement = select(operations).where(operations.c.incident_id == incident)
    return [_operation(row) for row in tx.execute(statement)]


def forced_since(tx: Connection, since: datetime) -> list[Operation]:
    """Those that were approved by break-glass since then."""
    statement = (
        select(operations)
        .where(operations.c.approved_at > micros(since))
        .order_by(operations.c.id.desc())
    )
    return [one for one in map(_operation, tx.execute(statement)) if one.request.force]


def before(tx: Connection, asked: Operation, since: datetime) -> list[Operation]:
    """The others of its kind and environment, on its incident or ended since; the oldest first."""
    statement = (
        select(operations)
        .where(
            operations.c.id != asked.id,
            operations.c.kind == asked.kind.value,
            operations.c.environment == asked.environment,
            (operations.c.incident_id == asked.incident)
            | (operations.c.finished_at >= micros(since)),
        )
        .order_by(operations.c.id)
    )
    return [_operation(row) for row in tx.execute(statement)]


def succeeded_since(tx: Connection, since: datetime) -> list[Operation]:
    """Those whose run came to a good end since then, the oldest first."""
    statement = (
        select(operations)
        .where(
            operations.c.state == State.SUCCEEDED.value,
            operations.c.finished_at >= micros(since),
        )
        .order_by(operations.c.id)
    )
    return [_operation(row) for row in tx.execute(statement)]


def switched_since(tx: Connection, environment: str, since: datetime) -> list[Operation]:
    """Those that moved traffic in the environment since then."""
    statement = select(operations).where(
        operations.c.environment == environment, operations.c.switched_at >= micros(since)
    )
    return [_operation(row) for row in tx.execute(statement)]


def _values(one: Operation) -> Mapping[str, Any]:
    return {
        "id": one.id,
        "version": one.version,
        "kind": one.kind.value,
        "state": one.state.value,
        "environment": one.environment,
        "incident_id": one.incident,
        "request_json": dumps(one.request),
        "plan_json": dumps(one.plan) if one.plan else None,
        "plan_hash": one.plan_hash,
        "checks_json": dumps(list(one.checks)),
        "approvals_needed": one.approvals_needed,
        "approver_role": one.approver_role.value,
        "requested_by": one.requested_by,
        "requested_at": micros(one.requested_at),
        "approved_by": one.approved_by,
        "approved_at": micros(one.approved_at),
        "expires_at": micros(one.expires_at),
        "run": one.run,
        "mode": one.mode.value,
        "stop_json": dumps(one.stop) if one.stop else None,
        "started_at": micros(one.started_at),
        "switched_at": micros(one.switched_at),
        "due_at": micros(one.due_at),
        "finished_at": micros(one.finished_at),
        "closed_at": micros(one.closed_at),
        "verdict": one.verdict.value if one.verdict else None,
        "said": one.said,
        "results_json": dumps(dict(one.results)),
        "reverts": one.reverts,
    }


def _operation(row: Row[Any]) -> Operation:
    return Operation(
        id=row.id,
        version=row.version,
        kind=Kind(row.kind),
        state=State(row.state),
        environment=row.environment,
        incident=row.incident_id,
        request=_request.decode(row.request_json),
        plan=_plan.decode(row.plan_json) if row.plan_json else None,
        plan_hash=row.plan_hash,
        checks=tuple(_checks.decode(row.checks_json)),
        approvals_needed=row.approvals_needed,
        approver_role=Role(row.approver_role),
        requested_by=row.requested_by,
        requested_at=instant(row.requested_at),
        approved_by=row.approved_by,
        approved_at=instant(row.approved_at),
        expires_at=instant(row.expires_at),
        run=row.run,
        mode=Mode(row.mode),
        stop=_stop.decode(row.stop_json) if row.stop_json else None,
        started_at=instant(row.started_at),
        switched_at=instant(row.switched_at),
        due_at=instant(row.due_at),
        finished_at=instant(row.finished_at),
        closed_at=instant(row.closed_at),
        verdict=Verdict(row.verdict) if row.verdict else None,
        said=row.said,
        results=loads(row.results_json),
        reverts=row.reverts,
    )
