"""Makes the silences that people asked for in Alertmanager, once each, and tells the timeline."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.errors import GiveUp, Unavailable
from bot.domain.incidents.incident import Reason, changed
from bot.domain.incidents.timeline import Entry, Kind
from bot.domain.wording import moment
from bot.flows.leader import Leader
from bot.ports.silences import Silences
from bot.store import incidents, silences
from bot.store.database import Conflict, Database
from bot.store.silences import Wanted

EVERY = 5.0  # seconds; a verb wakes it at once
LONGEST_PAUSE = 60  # seconds
TRIES = 5


class SilenceLoop:
    """Probes by the silence's key before it acts, so that a lost answer makes no second one.

    `problem` says what keeps a silence from being made, if anything does.
    """

    def __init__(
        self,
        db: Database,
        vendor: Silences,
        now: Callable[[], datetime],
        changed: Callable[[], None],
    ) -> None:
        self._db, self._vendor, self._now, self._changed = db, vendor, now, changed
        self._leader = Leader(db, "silences", now)
        self.problem: str | None = None

    def turn(self) -> float:
        if not self._leader.leads():
            self.problem = None  # it is another replica's to have now
            return EVERY
        with self._db.read() as tx:
            due = silences.due(tx, self._now())
        for wanted in due:
            self._make(wanted)
        return EVERY

    def stop(self) -> None:
        self._leader.resign()

    def _make(self, wanted: Wanted) -> None:
        try:
            made = self._vendor.find(wanted.silence.key) or self._vendor.create(wanted.silence)
        except Unavailable as error:
            self.problem = str(error)
            self._later(wanted)
            return
        except GiveUp as error:
            self.problem = None
            self._settle(wanted, None, f"{error} The silence was not made.")
            return
        self.problem = None
        until = moment(wanted.silence.ends_at, self._now())
        self._settle(wanted, made, f"Alertmanager keeps it silent until {until}")

    def _later(self, wanted: Wanted) -> None:
        pause = timedelta(seconds=min(2 ** min(wanted.failures, 10), LONGEST_PAUSE))
        with self._db.write() as tx:
            silences.try_later(tx, wanted.number, wanted.failures + 1, self._now() + pause)

    def _settle(self, wanted: Wanted, vendor_id: str | None, text: str) -> None:
        for _ in range(TRIES):
            try:
                self._tell(wanted, vendor_id, text)
            except Conflict:
                continue
            self._changed()
            return

    def _tell(self, wanted: Wanted, vendor_id: str | None, text: str) -> None:
        with self._db.write() as tx:
            if vendor_id is None:
                first = silences.failed(tx, wanted.number)
            else:
                first = silences.made(tx, wanted.number, vendor_id)
            incident = incidents.find(tx, wanted.incident) if wanted.incident else None
            if not first or incident is None:
                return
            told = Entry(
                incident=incident.id,
                at=self._now(),
                kind=Kind.SILENCE,
                text=text,
                data={"silence": vendor_id, "matchers": dict(wanted.silence.matchers)},
            )
            incidents.apply(tx, [changed(incident, Reason.ASKED, told)])
