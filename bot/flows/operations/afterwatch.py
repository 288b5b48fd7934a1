"""Watches releases for a while after their operations went well, and tells what turns bad later.

Nothing is done by itself: the person who is called decides.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.domain.incidents.declare import hand_key
from bot.domain.incidents.incident import Incident, Reason, changed
from bot.domain.incidents.life import reopen
from bot.domain.incidents.timeline import BOT
from bot.domain.operations.operating import told_of
from bot.domain.operations.operation import Operation
from bot.domain.operations.plan import Leg
from bot.domain.operations.subject import Subject, subject_of
from bot.domain.operations.watch import watched
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.verification.look import Look
from bot.domain.verification.verification import Start, failure, settled
from bot.flows.leader import Leader
from bot.flows.operations.looking import Looking
from bot.flows.operations.record import STUCK_LEVEL, Record, locked
from bot.store import calls, incidents, locks, operations, releases

EVERY = timedelta(seconds=60)
FOLLOW = 3.0  # seconds: often enough to stay the leader
_REMEMBERED = 16  # looks: as long as it is watched, to know how many pods once stood


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """One component of an operation that went well, and since when it counts."""

    operation: Operation
    subject: Subject
    start: Start

    @property
    def key(self) -> str:
        """Of the call that is made once."""
        return f"{self.operation.run_id}:afterwards:{self.subject.component}"


class AfterWatch:
    def __init__(
        self, record: Record, looking: Looking, catalogue: Callable[[], Catalogue]
    ) -> None:
        self._record, self._looking, self._catalogue = record, looking, catalogue
        self._leader = Leader(record.db, "afterwatch", record.now)
        self._looks: dict[str, list[Look]] = {}
        self._next_at = record.now()

    def turn(self) -> float:
        if not self._leader.leads():
            self._looks.clear()
            return FOLLOW
        now = self._record.now()
        if now < self._next_at:
            return FOLLOW
        self._next_at = now + EVERY
        with self._record.db.read() as tx:
            watched = list(self._watched(tx))
        self._looks = {one.key: self._looks.get(one.key, []) for one in watched}
        for one in watched:
            self._look(one)
        return FOLLOW

    def stop(self) -> None:
        """After the engine: nobody else looks any more."""
        self._looking.stop()
        self._leader.resign()

    def _watched(self, tx: Connection) -> Sequence[Watched]:
        policy, now = self._catalogue().policy, self._record.now()
        return [
            Watched(operation=one, subject=subject, start=subject.start(one.switched_at))
            for one in operations.succeeded_since(tx, now - policy.watch_after)
            if watched(one, policy, now) and one.plan and one.switched_at
            for leg in one.plan.legs
            if (subject := self._subject(one, leg)) and _still_its(tx, one, leg)
        ]

    def _subject(self, operation: Operation, leg: Leg) -> Subject | None:
        component = self._catalogue().components.get(leg.component)
        return subject_of(component, leg, operation.environment) if component else None

    def _look(self, one: Watched) -> None:
        rules = self._catalogue().policy.verification
        looks = [*self._looks[one.key], self._looking.look(one.subject)][-_REMEMBERED:]
        self._looks[one.key] = looks
        why = failure(settled(looks, rules, one.start), rules, one.start)
        if why:
            self._tell(one, f"{one.subject.component} turned bad afterwards: {why}", looks[-1])

    def _tell(self, one: Watched, said: str, look: Look) -> None:
        now, name = self._record.now(), one.operation.name
        text = f"{said} ({look.words}). `operation revert {name}` asks for the way back"
        with self._record.db.write() as tx:
            operation = locked(tx, one.operation.id)  # its incident may have been merged meanwhile
            incident = incidents.find(tx, operation.incident, lock=True)
            if incident is None or not _still_its(tx, operation, _leg(one)):
                return
            if not calls.want(
                tx, key=one.key, incident=incident.id, level=STUCK_LEVEL,
                text=f"{name}: {text}.", now=now,
            ):  # fmt: skip
                return
            incidents.apply(tx, [changed(incident, Reason.ASKED, told_of(operation, now, text))])
            _open_again(tx, operation, said, now)
        self._record.changed()


def _leg(one: Watched) -> Leg:
    legs = one.operation.plan.legs if one.operation.plan else ()
    return next(leg for leg in legs if leg.component == one.subject.component)


def _still_its(tx: Connection, operation: Operation, leg: Leg) -> bool:
    """Whether the component is still where the operation brought it, as far as is known."""
    if locks.held(tx, operation.environment, (leg.component,), but=operation.id):
        return False
    switched_at = operation.switched_at
    rows = releases.of_component(tx, operation.environment, leg.component)
    return not any(
        row.serves and row.surely_live_at and switched_at and row.surely_live_at > switched_at
        and leg.after and row.identity != leg.after.identity
        for row in rows
    )  # fmt: skip


def _open_again(tx: Connection, operation: Operation, why: str, now: datetime) -> None:
    incident: Incident | None = incidents.find(tx, operation.incident, lock=True)
    if incident is None or incident.is_open or incident.merged_into:
        return
    note = f"{operation.name}: {why}"
    incidents.apply(tx, [reopen(incident, BOT, now, open_key=hand_key(incident.id), note=note)])
