"""What the ledger learns from what the world shows."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.releases.ledger import LedgerRelease, key
from bot.domain.releases.sighting import Seen, Sighting

BLIND = timedelta(minutes=2)  # longer than any two looks are apart while all is well


def caught_up(
    known: Sequence[LedgerRelease], sighting: Sighting, now: datetime
) -> tuple[LedgerRelease, ...]:
    """The rows with what serves now, where the ledger has not looked since traffic moved."""
    changed = {key(row): row for row in learnt(known, sighting, now)}
    stand = [changed.pop(key(row), row) for row in known]
    return (*(row for row in changed.values() if row.live_at), *stand)


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
    came = live.live_at
    if standing is None or standing.superseded_at is not None:
        standing = _again(sighting, live, known)
        came = None  # what the world tells is the time of its first service
    left = standing.live_at
    if standing.live_at is None:
        last = next((row.last_seen for row in known if row.serves), None)
        standing, left = _begun(standing, came, last, now)
    changed = {key(row): row for row in fresh.values()}
    changed[key(standing)] = standing
    times = sorted(row.live_at for row in [*known, *changed.values()] if row.live_at)
    for row in [*known, *changed.values()]:
        if row.serves and key(row) != key(standing):
            until = _next(row, times, now)
            made_way = until == standing.live_at and not _alike(row, standing, sighting)
            changed[key(row)] = replace(row, superseded_at=left if made_way else until)
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
    row: LedgerRelease, came: datetime | None, last: datetime | None, now: datetime
) -> tuple[LedgerRelease, datetime]:
    """With when traffic came to it, and when it left the one before at the earliest.

    It `came` when the world says so, or at some time since the `last` look that saw the one before;
    nothing serves before it is deployed. What breaks between two looks as they are due is held
    against neither; after a longer time both times of the new one are kept.
    """
    if came is not None or last is None:
        at = came or now
        return replace(row, live_at=at), at
    earliest = min(max(last + timedelta.resolution, row.deployed_at), now)
    if now - last <= BLIND:
        return replace(row, live_at=now), earliest
    return replace(row, live_at=earliest, live_by=now if earliest < now else None), earliest


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


def _alike(row: LedgerRelease, other: LedgerRelease, sighting: Sighting) -> bool:
    """The same release, restarted or on another colour: it served all the while."""
    if row.template is None or other.template is None:
        return row.identity == other.identity
    mine = sighting.essence(row.workload, row.template)
    return mine == sighting.essence(other.workload, other.template)


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
