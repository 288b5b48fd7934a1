"""How often we may call: so many at once, then one each so often, and never before we may again."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """`burst` at once, and one more `every` so often: burst + 60 s / every in any minute."""

    burst: int
    every: timedelta


POSTS = Rate(burst=1, every=timedelta(seconds=1))
"""A message a second in each channel: Slack's rule."""

EDITS = Rate(burst=5, every=timedelta(seconds=60 / 45))
"""Fifty a minute in all: Slack's tier 3, kept even, so that an urgent one never waits long."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bucket:
    """`spent_until` is when all that was spent is earned again; `barred_until` is Slack's word."""

    rate: Rate
    spent_until: datetime = _LONG_AGO
    barred_until: datetime = _LONG_AGO

    def wait(self, now: datetime) -> float:
        """Seconds until the next call may be made."""
        saved = (self.rate.burst - 1) * self.rate.every
        ready = max(self.spent_until - saved, self.barred_until)
        return max((ready - now).total_seconds(), 0.0)

    def left(self, now: datetime) -> int:
        """How many calls may be made at once."""
        if now < self.barred_until:
            return 0
        owed = max(self.spent_until - now, timedelta())
        return int((self.rate.burst * self.rate.every - owed) / self.rate.every)

    def spent(self, now: datetime) -> "Bucket":
        """After a call; `now` is when its answer came, for then the vendor has counted it."""
        return replace(self, spent_until=max(self.spent_until, now) + self.rate.every)

    def barred(self, until: datetime) -> "Bucket":
        """After a Retry-After."""
        return replace(self, barred_until=max(self.barred_until, until))


def backoff(failures: int, *, first: float = 1.0, most: float = 30.0) -> float:
    """Seconds to wait after this many failures in a row: doubling, up to `most`."""
    doublings = min(max(failures - 1, 0), 20)
    return min(first * (1 << doublings), most)
