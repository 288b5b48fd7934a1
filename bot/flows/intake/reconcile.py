"""Ends what Alertmanager dropped without a word: it never tells the end of a muted alert."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.domain.errors import GiveUp, Unavailable
from bot.domain.incidents import reconcile as rules
from bot.domain.incidents.alert import Alert
from bot.flows.leader import Leader
from bot.ports.silences import Firing
from bot.store import alerts as alert_rows
from bot.store.database import Database

EVERY = 5.0  # seconds: the lease is renewed between two looks
AT_ONCE = 200  # alerts in one delivery


class Reconcile:
    """Every process looks, so that each has seen what it may have to end; the leader ends it.

    Level-triggered: what could not be delivered is still open and still gone at the next look.
    `submit` takes alerts as a webhook's.
    """

    def __init__(
        self,
        *,
        db: Database,
        vendor: Firing,
        submit: Callable[[Sequence[Alert]], object],
        now: Callable[[], datetime],
        leader: Leader | None = None,
    ) -> None:
        self._db, self._vendor, self._submit, self._now = db, vendor, submit, now
        self._leader = leader or Leader(db, "reconcile", now)
        self._look_at = now()
        self._memory: rules.Memory = {}
        self.problem: str | None = None

    def turn(self) -> float:
        leads = self._leader.leads()
        if self._now() < self._look_at:
            return EVERY
        over = self._look()
        if leads:
            self._end(over)
        return EVERY

    def stop(self) -> None:
        self._leader.resign()

    def _look(self) -> Mapping[int, datetime]:
        """The episodes that are over, each with when it was last seen."""
        now = self._now()
        self._look_at = now + rules.APART
        try:
            listed = self._vendor.listed()
        except (Unavailable, GiveUp) as error:
            self.problem = f"{error} What ends while it is silenced stays open until it answers."
            return {}
        self.problem = None
        with self._db.read() as tx:
            newest = alert_rows.current(tx, rules.missing(self._memory, listed))
        open_ones = [one for one in newest.values() if one.ends_at is None]
        outcome = rules.look(self._memory, listed, open_ones, now)
        self._memory = outcome.memory
        return outcome.over

    def _end(self, over: Mapping[int, datetime]) -> None:
        numbers = sorted(over)
        for start in range(0, len(numbers), AT_ONCE):
            with self._db.read() as tx:
                stored = alert_rows.by_numbers(tx, numbers[start : start + AT_ONCE])
            self._submit([rules.told(one, over[one.id]) for one in stored])
