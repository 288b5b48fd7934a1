"""Which releases came shortly before trouble began: what changed, the likeliest cause first."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.domain.releases.ledger import LedgerRelease, is_dated
from bot.domain.wording import span

LOOK_BACK = timedelta(hours=2)
LATER = timedelta(seconds=60)  # clocks differ, and an alert may be told of late
TOLD = 3  # of them, where there is little room


def suspects(
    served: Sequence[LedgerRelease], component: str | None, began: datetime
) -> list[LedgerRelease]:
    """Those of the troubled component before those of its neighbours, then the latest first.

    `served` is all that served in that time, what made way for a suspect included: by it a restart
    is told from a new release.
    """
    found = [row for row in served if is_near(row, began) and _is_new(row, served)]
    return sorted(found, key=lambda row: (row.component != component, began - _live(row)))


def is_near(row: LedgerRelease, began: datetime) -> bool:
    """Whether traffic came to it shortly before that, for all that is known."""
    if row.live_at is None or row.surely_live_at is None:
        return False
    return row.live_at <= began + LATER and began - LOOK_BACK <= row.surely_live_at


def when_it_came(row: LedgerRelease, began: datetime) -> str:
    """`4 min before, by ada`: how near it is, and who is to be asked.

    Who once deployed what traffic only came back to has nothing to do with it.
    """
    before = began - _live(row)
    most = "at most " if row.live_by else ""
    when = f"{most}{span(before)} before" if before > timedelta() else "as it began"
    by = row.operation if row.came_back else row.deployed_by
    return f"{when}, by {by}" if by else when


def _is_new(row: LedgerRelease, served: Iterable[LedgerRelease]) -> bool:
    """Whether other content served right before it, or none did and it came then for sure."""
    mine = [one for one in served if one.component == row.component]
    earlier = [one for one in mine if one.live_at and one.live_at < _live(row)]
    before = max(earlier, key=_live).content if earlier else None
    return is_dated(row, mine) and before != row.content


def _live(row: LedgerRelease) -> datetime:
    return row.live_at or row.deployed_at
