"""How much one person may ask for in a while, so that nobody floods the channel by accident."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    most: int
    within: timedelta


READS = Limit(most=20, within=timedelta(minutes=1))
CHANGES = Limit(most=5, within=timedelta(minutes=10))


def recent(history: Sequence[datetime], limit: Limit, now: datetime) -> list[datetime]:
    """The part of the history that still counts."""
    return [at for at in history if now - at < limit.within]


def wait(history: Sequence[datetime], limit: Limit, now: datetime) -> timedelta:
    """How long until one more is allowed; zero: at once."""
    counted = sorted(recent(history, limit, now))
    if len(counted) < limit.most:
        return timedelta()
    return counted[-limit.most] + limit.within - now
