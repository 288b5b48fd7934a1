"""The numbers about incidents as rows: what is known, and whose turn it is to be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, not_, select, update

from bot.domain.fact import Fact, Missing
from bot.store import bulk
from bot.store.codec import dumps, instant, loads, micros
from bot.store.tables import evidence, incidents

# The most urgent ones' numbers are kept fresh, the others get theirs once: so the edits that
# numbers cause stay below half of what Slack allows, however many incidents are open.
FOLLOWED = 20

_COLUMNS = ("incident_id", "facts_json", "due_at")


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Components that can be asked about; `environment` is `None` where every one can."""

    components: frozenset[str]
    environment: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    incident: int
    component: str
    environment: str
    ended: bool

    @property
    def about(self) -> tuple[str, str]:
        return self.component, self.environment


def due(tx: Connection, scope: Scope, now: datetime, ended_before: datetime) -> list[Due]:
    """Open ones the most urgent first, then those that ended before then and want a last look."""
    open_here = and_(incidents.c.resolved_at.is_(None), _inside(scope))
    urgent = tx.execute(_looks(open_here).limit(FOLLOWED)).all()
    rows = [row for row in urgent if row.due_at is None or row.due_at <= micros(now)]
    if len(urgent) == FOLLOWED:
        shown = {row.id for row in urgent}
        lacking = tx.execute(
            _looks(and_(open_here, evidence.c.due_at.is_(None))).limit(2 * FOLLOWED)
        )
        rows += [row for row in lacking if row.id not in shown]
    ended = and_(evidence.c.due_at.is_not(None), incidents.c.resolved_at <= micros(ended_before))
    rows += tx.execute(_looks(ended, known=True).limit(FOLLOWED))
    return [
        Due(
            incident=row.id,
            component=row.component,
            environment=row.environment,
            ended=row.resolved_at is not None,
        )
        for row in rows
    ]


def astray(tx: Connection, scope: Scope) -> list[int]:
    """Open incidents with numbers that nobody can be asked about any more."""
    statement = _looks(
        and_(
            evidence.c.due_at.is_not(None), incidents.c.resolved_at.is_(None), not_(_inside(scope))
        ),
        known=True,
    )
    return sorted(row.id for row in tx.execute(statement))


def find(tx: Connection, incident: int) -> tuple[Fact, ...]:
    statement = select(evidence.c.facts_json).where(evidence.c.incident_id == incident)
    stored = tx.execute(statement).scalar_one_or_none()
    return () if stored is None else tuple(_fact(one) for one in loads(stored))


def keep(
    tx: Connection, incident: int, facts: Sequence[Fact], due_at: datetime | None, *, moved: bool
) -> None:
    """With `moved` the incident is one version on, and its card is behind; `None`: no further."""
    row = (incident, dumps([_stored(fact) for fact in facts]), micros(due_at))
    bulk.upsert_many(tx, evidence, _COLUMNS, ("incident_id",), [row])
    if moved:
        tx.execute(
            update(incidents)
            .where(incidents.c.id == incident)
            .values(version=incidents.c.version + 1)
        )


def _inside(scope: Scope) -> ColumnElement[bool]:
    of_these = incidents.c.component.in_(sorted(scope.components))
    if scope.environment is None:
        return of_these
    return and_(of_these, incidents.c.environment == scope.environment)


def _looks(which: ColumnElement[bool], *, known: bool = False) -> Select[Any]:
    return (
        select(
            incidents.c.id,
            incidents.c.component,
            incidents.c.environment,
            incidents.c.resolved_at,
            evidence.c.due_at,
        )
        .select_from(incidents.join(evidence, isouter=not known))
        .where(which)
        .order_by(incidents.c.severity, incidents.c.id)
    )


def _stored(fact: Fact) -> dict[str, Any]:
    return {
        "name": fact.name,
        "title": fact.title,
        "value": fact.value,
        "before": fact.before,
        "unit": fact.unit,
        "target": fact.target,
        "missing": fact.missing,
        "at": micros(fact.at),
    }


def _fact(stored: dict[str, Any]) -> Fact:
    missing = Missing(stored["missing"]) if stored["missing"] else None
    return Fact(**{**stored, "missing": missing, "at": instant(stored["at"])})
