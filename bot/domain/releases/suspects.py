"""Which releases came shortly before trouble began: what changed, the likeliest cause first."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.releases.ledger import LedgerRelease
from bot.domain.wording import span

LOOK_BACK = timedelta(hours=2)
LATER = timedelta(seconds=60)  # clocks differ, and an alert may be told of late


def suspects(
    rows: Iterable[LedgerRelease], component: str | None, began: datetime
) -> list[LedgerRelease]:
    """Those of the troubled component before those of its neighbours, then the latest first."""
    near = [row for row in rows if row.live_at and -LATER <= began - row.live_at <= LOOK_BACK]
    return sorted(near, key=lambda row: (row.component != component, began - _live(row)))


def when_it_came(row: LedgerRelease, began: datetime) -> str:
    """`4 min before, by ada`: how near it is, and who is to be asked."""
    before = began - _live(row)
    when = f"{span(before)} before" if before > timedelta() else "as it began"
    return f"{when}, by {row.deployed_by}" if row.deployed_by else when


def _live(row: LedgerRelease) -> datetime:
    return row.live_at or row.deployed_at
