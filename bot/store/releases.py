"""The release ledger as rows, and what else is known of a component's past."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, not_, or_, select, true, update
from sqlalchemy.exc import IntegrityError

from bot.domain.cluster.workload import Template
from bot.domain.operations.operation import Operation
from bot.domain.releases.contracts import Contracts
from bot.domain.releases.ledger import LedgerRelease, newest_first
from bot.domain.severity import Severity
from bot.domain.verification.verification import Verdict
from bot.store import occasions
from bot.store import operations as operation_rows
from bot.store.codec import dumps, instant, loads, micros
from bot.store.incidents import covers
from bot.store.tables import incidents, operations, releases

MOST = 200  # rows of one component that anything is decided on


def of_component(
    tx: Connection,
    environment: str,
    component: str,
    limit: int = MOST,
    *,
    also: Collection[str] = (),
) -> list[LedgerRelease]:
    """The newest first, by when they were deployed.

    What serves, and whatever has one of the identities in `also`, is there however old it is.
    """
    mine = and_(releases.c.environment == environment, releases.c.component == component)
    order = (releases.c.deployed_at.desc(), releases.c.id.desc())
    newest = select(releases.c.id).where(mine).order_by(*order).limit(limit)
    serves = and_(releases.c.live_at.is_not(None), releases.c.superseded_at.is_(None))
    wanted = or_(releases.c.id.in_(newest), serves, releases.c.identity.in_(also))
    statement = select(releases).where(mine, wanted).order_by(*order)
    return [_release(row) for row in tx.execute(statement)]


def served(
    tx: Connection, environment: str, components: Collection[str], since: datetime, until: datetime
) -> list[LedgerRelease]:
    """What had the traffic of any of these components at some time in between."""
    statement = (
        select(releases)
        .where(
            releases.c.environment == environment,
            releases.c.component.in_(components),
            releases.c.live_at <= micros(until),
            or_(releases.c.superseded_at.is_(None), releases.c.superseded_at >= micros(since)),
        )
        .order_by(releases.c.live_at.desc(), releases.c.id.desc())
        .limit(MOST)
    )
    return [_release(row) for row in tx.execute(statement)]


def keep(tx: Connection, rows: Iterable[LedgerRelease]) -> list[LedgerRelease]:
    """Adds those without an id; of the others only their service and their verdict can change.

    What somebody else added meanwhile is left out of the answer, and keeps nothing else back.
    """
    kept = []
    for row in rows:
        if row.id is None:
            if not _added(tx, row):
                continue
        else:
            tx.execute(
                update(releases)
                .where(releases.c.id == row.id)
                .values(
                    live_at=micros(row.live_at),
                    live_by=micros(row.live_by),
                    superseded_at=micros(row.superseded_at),
                    verified_at=micros(row.verified_at),
                    verdict=row.verdict,
                )
            )
        kept.append(row)
    return kept


def _added(tx: Connection, row: LedgerRelease) -> bool:
    try:
        with tx.begin_nested():
            tx.execute(insert(releases).values(_values(row)))
    except IntegrityError:
        return False
    return True


def seen(tx: Connection, number: int, at: datetime) -> None:
    """It serves at that time: so much is known should nobody look for a while."""
    tx.execute(update(releases).where(releases.c.id == number).values(seen_at=micros(at)))


def judge(tx: Connection, row: LedgerRelease, verdict: Verdict, at: datetime) -> bool:
    """False where it was judged since it was read, or does not serve any more."""
    judged = tx.execute(
        update(releases)
        .where(
            releases.c.id == row.id,
            releases.c.verdict.is_not_distinct_from(row.verdict),
            releases.c.verified_at.is_not_distinct_from(micros(row.verified_at)),
            releases.c.superseded_at.is_(None),
        )
        .values(verdict=verdict, verified_at=micros(at))
    )
    return judged.rowcount == 1


def judged(tx: Connection, environment: str, component: str, identity: str) -> Verdict | None:
    """How the newest service of this release did, as far as is known."""
    known = newest_first(of_component(tx, environment, component))
    return next((row.verdict for row in known if row.identity == identity), None)


def fail(tx: Connection, environment: str, component: str, identity: str, at: datetime) -> bool:
    """The newest service of this release turned out to be bad; False where none is known."""
    known = newest_first(of_component(tx, environment, component, also=(identity,)))
    number = next((row.id for row in known if row.identity == identity), None)
    if number is None:
        return False
    tx.execute(
        update(releases)
        .where(releases.c.id == number)
        .values(verdict=Verdict.FAIL, verified_at=micros(at))
    )
    return True


def template(
    tx: Connection, environment: str, component: str, template_hash: str
) -> Template | None:
    statement = (
        select(releases.c.template_json)
        .where(
            releases.c.environment == environment,
            releases.c.component == component,
            releases.c.identity == template_hash,
            releases.c.template_json.is_not(None),
        )
        .limit(1)
    )
    found = tx.execute(statement).scalar_one_or_none()
    return None if found is None else loads(found)


def naming(tx: Connection, environment: str, identity: str, since: datetime) -> list[Operation]:
    """Operations that began since then and whose plans name this release, the newest first."""
    statement = (
        select(operations.c.id)
        .where(
            operations.c.environment == environment,
            operations.c.started_at >= micros(since),
            operations.c.plan_json.contains(identity, autoescape=True),
        )
        .order_by(operations.c.id.desc())
    )
    found = (operation_rows.find(tx, number) for number in tx.execute(statement).scalars())
    return [one for one in found if one is not None]


def troubled(
    tx: Connection,
    environment: str,
    component: str,
    since: datetime,
    until: datetime | None = None,
) -> bool:
    """Whether an incident of more than information covered it at any time since then.

    One that was only declared for an operation says nothing against the release, nor does one that
    was opened after `until`.
    """
    opened = true() if until is None else incidents.c.opened_at <= micros(until)
    statement = (
        select(incidents.c.id)
        .where(
            covers(environment, (component,)),
            incidents.c.severity != Severity.SEV4,
            not_(occasions.mere()),
            opened,
            or_(incidents.c.resolved_at.is_(None), incidents.c.resolved_at >= micros(since)),
        )
        .limit(1)
    )
    return tx.execute(statement).one_or_none() is not None


def _values(row: LedgerRelease) -> dict[str, Any]:
    return {
        "environment": row.environment,
        "component": row.component,
        "workload": row.workload,
        "version": row.version,
        "image": row.image,
        "identity": row.identity,
        "occurrence": row.occurrence,
        "template_json": None if row.template is None else dumps(row.template),
        "contracts_json": dumps(asdict(row.contracts)),
        "deployed_by": row.deployed_by,
        "change_url": row.change_url,
        "deployed_at": micros(row.deployed_at),
        "live_at": micros(row.live_at),
        "live_by": micros(row.live_by),
        "seen_at": micros(row.seen_at),
        "superseded_at": micros(row.superseded_at),
        "verified_at": micros(row.verified_at),
        "verdict": row.verdict,
    }


def _release(row: Row[Any]) -> LedgerRelease:
    return LedgerRelease(
        id=row.id,
        environment=row.environment,
        component=row.component,
        workload=row.workload,
        version=row.version,
        image=row.image,
        identity=row.identity,
        occurrence=row.occurrence,
        template=None if row.template_json is None else loads(row.template_json),
        contracts=Contracts(**loads(row.contracts_json)),
        deployed_by=row.deployed_by,
        change_url=row.change_url,
        deployed_at=instant(row.deployed_at),
        live_at=instant(row.live_at),
        live_by=instant(row.live_by),
        seen_at=instant(row.seen_at),
        superseded_at=instant(row.superseded_at),
        verified_at=instant(row.verified_at),
        verdict=Verdict(row.verdict) if row.verdict else None,
    )
