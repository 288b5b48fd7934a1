"""Whose doing it was that another release serves now: an operation of ours, or somebody else's."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.domain.incidents.incident import Reason
from bot.domain.incidents.incident import changed as retold
from bot.domain.incidents.timeline import Entry
from bot.domain.incidents.timeline import Kind as Told
from bot.domain.operations.operation import Mode, Operation
from bot.domain.operations.plan import Kind
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.verification.verification import Verdict
from bot.domain.wording import foreign
from bot.store import freezes, incidents, locks, releases

_OURS_SINCE = timedelta(hours=1)  # an operation that began before did not bring what comes now


def attributed(
    tx: Connection, known: Sequence[LedgerRelease], changed: list[LedgerRelease], now: datetime
) -> list[LedgerRelease]:
    """With our own operation where it brought what serves now.

    What a rollback turned away from is known to be bad from then on.
    """
    live = _serving(changed)
    if live is None:
        return changed
    ours = _ours(tx, live, _serving(known), now)
    if ours is None:
        return changed
    turned_away = ours.kind is Kind.ROLLBACK and ours.mode is Mode.FORWARD and not ours.reverts
    found = []
    for row in changed:
        if row is live and row.id is None:
            found.append(replace(row, deployed_by=ours.name))
        elif turned_away and row is not live and row.superseded_at is not None and row.id:
            found.append(replace(row, verdict=Verdict.FAIL, verified_at=now))
        else:
            found.append(row)
    return found


def failed(tx: Connection, ours: Operation, components: Collection[str], now: datetime) -> None:
    """What our own rollback went to and was seen to do badly is no good target any more."""
    if ours.kind is not Kind.ROLLBACK or ours.plan is None:
        return
    for leg in ours.plan.legs:
        if leg.after is not None and leg.component in components:
            releases.fail(tx, ours.environment, leg.component, leg.after.identity, now)


def tell(
    tx: Connection, known: Sequence[LedgerRelease], changed: Sequence[LedgerRelease], now: datetime
) -> bool:
    """Puts it on the stories of the component's open incidents, where it was not our doing.

    While an operation of ours works on the component, that one tells what happens to it. False
    where nothing was told.
    """
    before, after = _serving(known), _serving(changed)
    if before is None or after is None or before.content == after.content:
        return False
    here = (after.component,)
    if locks.held(tx, after.environment, here, but=0) or _ours(tx, after, before, now):
        return False
    standing = [
        one for one in freezes.standing(tx, after.environment) if one.component == after.component
    ]
    text = _words(before, after, frozen=bool(standing))
    data: dict[str, object] = {
        "component": after.component,
        "from": before.version,
        "to": after.version,
    }
    told = [
        retold(one, Reason.ASKED, _entry(one.id, now, text, data))
        for one in incidents.open_on(tx, after.environment, here)
    ]
    incidents.apply(tx, told)
    return bool(told)


def _words(before: LedgerRelease, after: LedgerRelease, *, frozen: bool) -> str:
    same = before.version == after.version
    moved = f"other content of {before.version}" if same else f"{before.version} → {after.version}"
    by = f"deployed by {after.deployed_by}" if after.deployed_by else "nobody said by whom"
    while_frozen = ", while its deploys are frozen" if frozen else ""
    return foreign(
        f"{after.component} serves another release now: {moved}, {by}, not by Candlefish"
        f"{while_frozen}"
    )


def _entry(incident: int, now: datetime, text: str, data: dict[str, object]) -> Entry:
    return Entry(incident=incident, at=now, kind=Told.DEPLOY, text=text, data=data)


def _serving(rows: Iterable[LedgerRelease]) -> LedgerRelease | None:
    return next((row for row in rows if row.serves), None)


def _ours(
    tx: Connection, live: LedgerRelease, before: LedgerRelease | None, now: datetime
) -> Operation | None:
    """The one that goes to it, and was not over yet when what served `before` was last seen to."""
    seen = before.last_seen if before else None
    named = releases.naming(tx, live.environment, live.identity, now - _OURS_SINCE)
    return next((one for one in named if _brings(one, live) and not _over_by(one, seen)), None)


def _over_by(operation: Operation, at: datetime | None) -> bool:
    return at is not None and operation.closed_at is not None and operation.closed_at < at


def _brings(operation: Operation, live: LedgerRelease) -> bool:
    """Whether it goes to this release, forward or, undone, back."""
    for leg in operation.plan.legs if operation.plan else ():
        end = leg.before if operation.mode is Mode.UNDO else leg.after
        if leg.component == live.component and end and end.identity == live.identity:
            return True
    return False
