"""Incidents as rows: found, numbered, opened, and changed only as they were when decided on."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    exists,
    func,
    or_,
    select,
    text,
    true,
    update,
)

from bot.domain.incidents.correlation import Scope
from bot.domain.incidents.incident import Change, Incident, State
from bot.domain.incidents.listing import Filter
from bot.domain.severity import Category, Severity
from bot.store import bulk, entries
from bot.store.codec import dumps, instant, loads, micros
from bot.store.database import Conflict
from bot.store.tables import alerts, counters, incidents, operations

# Of these an incident is made; what its card shows is the card loop's alone (store/cards.py).
_ALL = [column for column in incidents.columns if column is not incidents.c.shown_version]
_COLUMNS = tuple(column.name for column in _ALL)
_MUTABLE = tuple(name for name in _COLUMNS if name not in ("id", "open_key", "environment"))


def next_number(tx: Connection) -> int:
    """The number the next new incident gets; whoever asked holds the counter until its commit."""
    statement = select(counters.c.value).where(counters.c.name == "incident").with_for_update()
    return int(tx.execute(statement).scalar_one()) + 1


def used_numbers(tx: Connection, first: int, following: int) -> None:
    """Counts the numbers from `first` up to, without, `following` as given away."""
    if following > first:
        tx.execute(
            update(counters).where(counters.c.name == "incident").values(value=following - 1)
        )


def find(tx: Connection, number: int, *, lock: bool = False) -> Incident | None:
    statement = select(*_ALL).where(incidents.c.id == number)
    row = tx.execute(statement.with_for_update() if lock else statement).one_or_none()
    return None if row is None else _incident(tuple(row))


def by_numbers(tx: Connection, wanted: Collection[int]) -> dict[int, Incident]:
    return {row[0]: _incident(row) for row in bulk.select_in(tx, _ALL, incidents.c.id, wanted)}


def open_near(
    tx: Connection, scopes: Collection[Scope], earliest: datetime, latest: datetime
) -> list[Incident]:
    """Open incidents of these scopes whose newest alert started between the two times."""
    mark = "%s" if tx.dialect.name == "postgresql" else "?"
    extra = (
        f"AND resolved_at IS NULL AND newest_started_at BETWEEN {mark} AND {mark} "
        "ORDER BY newest_started_at DESC LIMIT 2000"
    )
    rows = bulk.select_in(
        tx, _ALL, incidents.c.component, {component for _, component in scopes},
        extra=extra, parameters=(micros(earliest), micros(latest)),
    )  # fmt: skip
    found = (_incident(row) for row in rows)
    return [one for one in found if (one.environment, one.component) in scopes]


def page(tx: Connection, wanted: Filter) -> list[Incident]:
    """Newest first, at most `limit`."""
    conditions: list[ColumnElement[bool]] = [true()]
    if wanted.states:
        conditions.append(incidents.c.state.in_(wanted.states))
    if wanted.severities:
        conditions.append(incidents.c.severity.in_(wanted.severities))
    if wanted.component is not None:
        conditions.append(incidents.c.component == wanted.component)
    if wanted.environment is not None:
        conditions.append(incidents.c.environment == wanted.environment)
    if wanted.before is not None:
        conditions.append(incidents.c.id < wanted.before)
    statement = (
        select(*_ALL).where(and_(*conditions)).order_by(incidents.c.id.desc()).limit(wanted.limit)
    )
    return [_incident(tuple(row)) for row in tx.execute(statement)]


def most_urgent(tx: Connection, limit: int) -> list[Incident]:
    """Open incidents, the most severe first, then the oldest."""
    statement = (
        select(*_ALL)
        .where(incidents.c.resolved_at.is_(None))
        .order_by(incidents.c.severity, incidents.c.id)
        .limit(limit)
    )
    return [_incident(tuple(row)) for row in tx.execute(statement)]


def covers(environment: str, components: Collection[str]) -> ColumnElement[bool]:
    """A condition on an incident: it began on one of these, or alerts of one joined it."""
    joined = exists().where(
        alerts.c.incident_id == incidents.c.id, alerts.c.component.in_(components)
    )
    about = or_(incidents.c.component.in_(components), joined)
    return and_(incidents.c.environment == environment, about)


def open_on(tx: Connection, environment: str, components: Collection[str]) -> list[Incident]:
    """Open incidents that cover one of these components, the newest first."""
    statement = (
        select(*_ALL)
        .where(
            incidents.c.resolved_at.is_(None),
            covers(environment, components),
        )
        .order_by(incidents.c.id.desc())
    )
    return [_incident(tuple(row)) for row in tx.execute(statement)]


def quiet_due(tx: Connection, now: datetime, limit: int = 100) -> list[Incident]:
    """Those whose operations are over come first: the others may have to wait for long."""
    unfinished = exists().where(
        operations.c.incident_id == incidents.c.id, operations.c.closed_at.is_(None)
    )
    statement = (
        select(*_ALL)
        .where(incidents.c.resolve_due_at <= micros(now))
        .order_by(unfinished, incidents.c.resolve_due_at)
        .limit(limit)
    )
    return [_incident(tuple(row)) for row in tx.execute(statement)]


def counts(tx: Connection) -> dict[tuple[str, str], int]:
    """How many incidents there are by (state, severity)."""
    statement = select(incidents.c.state, incidents.c.severity, func.count()).group_by(
        incidents.c.state, incidents.c.severity
    )
    return {(state, severity): count for state, severity, count in tx.execute(statement)}


def ended_but_firing(tx: Connection, limit: int) -> list[int]:
    """The ids of those that people resolved while alerts fired that fire on, the newest first."""
    statement = (
        select(incidents.c.id)
        .where(
            incidents.c.state == State.RESOLVED,
            incidents.c.alerts_firing > 0,
            incidents.c.merged_into.is_(None),
        )
        .order_by(incidents.c.id.desc())
        .limit(limit)
    )
    return list(tx.execute(statement).scalars())


def revision(tx: Connection) -> int:
    """A number that grows with every change of any incident: what viewers wait for."""
    last: int | None = tx.execute(text("SELECT max(id) FROM entries")).scalar_one()
    return last or 0


def apply(tx: Connection, changes: Sequence[Change]) -> None:
    """Stores the changes and their entries; raises `Conflict` where one was decided too early."""
    new = [change for change in changes if not change.decided_on]
    old = [change for change in changes if change.decided_on]
    # What gives its open key up goes first: another may take it over in the same batch.
    _change(tx, [change for change in old if change.incident.open_key is None])
    _change(tx, [change for change in old if change.incident.open_key is not None])
    bulk.insert_many(tx, incidents, _COLUMNS, [_row(change.incident) for change in new])
    entries.append(tx, [entry for change in changes for entry in change.entries])


def _change(tx: Connection, changes: Sequence[Change]) -> None:
    rows = [_update_row(change) for change in sorted(changes, key=lambda one: one.incident.id)]
    columns = (*_MUTABLE, "open_key")
    if bulk.update_many(tx, incidents, columns, ("id", "version"), rows) != len(rows):
        raise Conflict("an incident changed while it was decided on")


def _update_row(change: Change) -> tuple[Any, ...]:
    values = dict(zip(_COLUMNS, _row(change.incident), strict=True))
    changed = tuple(values[name] for name in _MUTABLE)
    return (*changed, values["open_key"], change.incident.id, change.decided_on)


def _row(one: Incident) -> tuple[Any, ...]:
    return (
        one.id, one.version, one.state.value, one.severity.value, one.severity_text,
        one.category.value, one.title, one.summary, one.component, one.environment,
        dumps(one.labels), one.runbook, one.ladder, one.open_key,
        micros(one.opened_at), micros(one.started_at), micros(one.newest_started_at),
        micros(one.acknowledged_at), one.acknowledged_by,
        micros(one.mitigated_at), one.mitigated_by,
        micros(one.resolved_at), one.resolved_by,
        one.level, micros(one.next_escalation_at), one.alerts_firing, one.alerts_total,
        dumps([micros(at) for at in one.changes]), micros(one.resolve_due_at),
        one.merged_into, one.previous, dumps(one.roles),
    )  # fmt: skip


def _incident(row: tuple[Any, ...]) -> Incident:
    (
        number, version, state, severity, severity_text, category, title, summary, component,
        environment, labels, runbook, ladder, open_key, opened, started, newest,
        acknowledged, acknowledged_by, mitigated, mitigated_by, resolved, resolved_by,
        level, next_escalation, firing, total, changes, resolve_due, merged, previous, roles,
    ) = row  # fmt: skip
    return Incident(
        id=number, version=version, state=State(state), severity=Severity(severity),
        severity_text=severity_text, category=Category(category), title=title, summary=summary,
        component=component, environment=environment, labels=loads(labels), runbook=runbook,
        ladder=ladder, open_key=open_key, opened_at=instant(opened), started_at=instant(started),
        newest_started_at=instant(newest), acknowledged_at=instant(acknowledged),
        acknowledged_by=acknowledged_by, mitigated_at=instant(mitigated),
        mitigated_by=mitigated_by, resolved_at=instant(resolved), resolved_by=resolved_by,
        level=level, next_escalation_at=instant(next_escalation), alerts_firing=firing,
        alerts_total=total, changes=tuple(instant(at) for at in loads(changes)),
        resolve_due_at=instant(resolve_due), merged_into=merged, previous=previous,
        roles=loads(roles),
    )  # fmt: skip
