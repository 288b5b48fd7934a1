"""What the ledger learns from what the world shows."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.releases.ledger import LedgerRelease, key
from bot.domain.releases.sighting import Seen, Sighting

BLIND = timedelta(minutes=2)  # longer than any two looks are apart while all is well


def learnt(
    known: Sequence[LedgerRelease], sighting: Sighting, now: datetime
) -> list[LedgerRelease]:
    """Rows that are new (without an id) or other than they were; what serves stays one row."""
    rows = {_named(row): row for row in known}
    fresh = {
        _name(seen): _row(sighting, seen) for seen in sighting.releases if _name(seen) not in rows
    }
    live = sighting.live
    if live is None:
        return [replace(row, live_at=None) for row in fresh.values()]
    standing = _service_of(live, [*known, *fresh.values()])
    if standing is None or standing.superseded_at is not None:
        standing = _again(sighting, live, known)
    if standing.live_at is None:
        standing = _begun(standing, live, known, now)
    changed = {key(row): row for row in fresh.values()}
    changed[key(standing)] = standing
    times = sorted(row.live_at for row in [*known, *changed.values()] if row.live_at)
    for row in [*known, *changed.values()]:
        if row.serves and key(row) != key(standing):
            changed[key(row)] = replace(row, superseded_at=_next(row, times, now))
    before = {key(row): row for row in known}
    return [row for name, row in changed.items() if row != before.get(name)]


def _name(seen: Seen) -> tuple[str, str, str]:
    return seen.workload, seen.identity, seen.service


def _named(row: LedgerRelease) -> tuple[str, str, str]:
    return row.workload, row.identity, row.occurrence.partition("/")[0]


def _service_of(live: Seen, rows: Iterable[LedgerRelease]) -> LedgerRelease | None:
    """Its service that lasts or has not begun, or else the newest that ended."""
    mine = [row for row in rows if _named(row) == _name(live)]
    return max(
        mine, key=lambda row: (row.superseded_at is None, _count(row.occurrence)), default=None
    )


def _begun(
    row: LedgerRelease, live: Seen, known: Sequence[LedgerRelease], now: datetime
) -> LedgerRelease:
    """Traffic came to it when the world says so, or now, or at some time since the last look.

    That last look still saw the one before, and nothing serves before it is deployed.
    """
    last = next((one.last_seen for one in known if one.serves), None)
    if live.live_at is not None or last is None or now - last <= BLIND:
        return replace(row, live_at=live.live_at or now)
    earliest = max(last + timedelta.resolution, row.deployed_at)
    doubt = now if earliest < now else None
    return replace(row, live_at=min(earliest, now), live_by=doubt)


def _again(sighting: Sighting, live: Seen, known: Sequence[LedgerRelease]) -> LedgerRelease:
    """It served before, and traffic came back to it: `3`, `3/2`, `3/3`."""
    times = max(_count(row.occurrence) for row in known if _named(row) == _name(live))
    row = _row(sighting, live)
    return replace(row, occurrence=f"{live.service}/{times + 1}", live_at=None)


def _count(occurrence: str) -> int:
    return int(occurrence.partition("/")[2] or 1)


def _next(row: LedgerRelease, times: Sequence[datetime], now: datetime) -> datetime:
    """When the one after it came: known, or just now."""
    return next((at for at in times if row.live_at and at > row.live_at), now)


def _row(sighting: Sighting, seen: Seen) -> LedgerRelease:
    return LedgerRelease(
        environment=sighting.environment,
        component=sighting.component,
        workload=seen.workload,
        version=seen.version,
        image=seen.image,
        identity=seen.identity,
        occurrence=seen.service,
        template=seen.template,
        contracts=seen.contracts,
        deployed_by=seen.deployed_by,
        change_url=seen.change_url,
        deployed_at=seen.deployed_at,
        live_at=seen.live_at,
    )
