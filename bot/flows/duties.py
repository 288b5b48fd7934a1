"""Sees to what operations left for later: acts and tells, follows what goes on, reminds people."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.actions.registry import ACTIONS
from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.incidents.budget import backoff
from bot.domain.incidents.incident import Reason, changed
from bot.domain.operations.operating import told_of
from bot.domain.operations.operation import Operation
from bot.flows.leader import Leader
from bot.flows.operations.aftermath import FREEZES
from bot.flows.operations.attempting import attempted
from bot.flows.operations.expiring import EXPIRES, Expiring
from bot.flows.operations.following import FOLLOWED, Following
from bot.flows.operations.refreezing import Refreezing
from bot.flows.operations.reminding import REMINDERS, Reminding
from bot.ports.action import Action, Standing
from bot.ports.trouble import Overtaken
from bot.ports.world import World
from bot.store import calls, duties, incidents, locks, operations
from bot.store.database import Conflict, Database, DatabaseAway
from bot.store.duties import Duty

log = structlog.get_logger()
EVERY = 5.0  # seconds
_FIRST, _MOST = 5.0, 300.0
_PUT_OFF = timedelta(minutes=1)
TRIES = 8  # before a person is called
MOST_TRIES = 300  # about a day: then it is that person's
HELP_LEVEL = 3


class DutyLoop:
    def __init__(
        self,
        db: Database,
        world: World,
        changed: Callable[[], None],
        reminding: Reminding,
        actions: Mapping[str, Action[Any]] = ACTIONS,
    ) -> None:
        self._actions, self._reminding = actions, reminding
        refreezing = Refreezing(
            record=reminding.record, world=world, catalogue=reminding.catalogue, actions=actions
        )
        expiring = Expiring(record=reminding.record, world=world, actions=actions)
        self._others = {
            FOLLOWED: Following(reminding.record, world).follow,
            EXPIRES: expiring.expire,
            **dict.fromkeys(FREEZES, refreezing.freeze),
        }
        self._db, self._world, self._now, self._changed = db, world, world.now, changed
        self._leader = Leader(db, "duties", world.now)

    def turn(self) -> float:
        if not self._leader.leads():
            return EVERY
        with self._db.read() as tx:
            due = duties.due(tx, self._now())
        for duty in due:
            with suppress(Conflict):  # the next turn looks again
                self._do(duty)
        return EVERY

    def stop(self) -> None:
        self._leader.resign()

    def _do(self, duty: Duty) -> None:
        if duty.action in REMINDERS:
            self._reminding.remind(duty)
            return
        try:
            self._others.get(duty.action, self._act)(duty)
        except DatabaseAway:
            raise
        except GiveUp as error:
            self._later(duty, str(error), for_good=True)
        except (Unavailable, Overtaken, Refused) as error:
            self._later(duty, str(error))

    def _act(self, duty: Duty) -> None:
        if self._in_other_hands(duty):
            return
        found, _ = attempted(self._world, self._actions, duty)
        if found.standing is Standing.DONE:
            self._settle(duty, found.seen)
        else:
            self._later(duty, found.seen)

    def _in_other_hands(self, duty: Duty) -> bool:
        """While another operation works on the component, or left the same for later."""
        now = self._now()
        with self._db.write() as tx:
            operation = operations.find(tx, duty.operation)
            if operation is None:
                return False
            others = locks.held(tx, operation.environment, operation.components, but=operation.id)
            if others:
                duties.put_off(tx, duty, now + _PUT_OFF)
                return True
            again = duties.left_again(tx, duty)
            if again is not None:
                duties.done(tx, duty.number, now)
                _tell(tx, operation, f"{duty.name}: left to OP-{again}", now)
        if again is not None:
            self._changed()
        return again is not None

    def _settle(self, duty: Duty, seen: str) -> None:
        with self._db.write() as tx:
            operation = operations.find(tx, duty.operation)
            if not duties.done(tx, duty.number, self._now()) or operation is None:
                return
            _tell(tx, operation, f"{duty.name}: {seen}", self._now())
        self._changed()

    def _later(self, duty: Duty, why: str, *, for_good: bool = False) -> None:
        """After some tries a person is called; what trying cannot help is that person's then."""
        log.warning("duty.later", duty=duty.name, operation=f"OP-{duty.operation}", why=why)
        now, tries = self._now(), duty.failures + 1
        pause = timedelta(seconds=backoff(tries, first=_FIRST, most=_MOST))
        with self._db.write() as tx:
            duties.try_later(tx, duty, now + pause)
            operation = operations.find(tx, duty.operation)
            if tries < TRIES or operation is None:
                return
            for_good = for_good or tries >= MOST_TRIES
            ends = "It is not tried again." if for_good else "It is tried on."
            if for_good:
                duties.done(tx, duty.number, now)
            calls.want(
                tx,
                key=f"duty:{duty.number}:given up" if for_good else f"duty:{duty.number}",
                incident=operation.incident,
                level=HELP_LEVEL,
                text=f"OP-{duty.operation} left something undone, {duty.name}: {why} {ends}",
                now=now,
            )
        self._changed()


def _tell(tx: Connection, operation: Operation, text: str, now: datetime) -> None:
    incident = incidents.find(tx, operation.incident, lock=True)
    if incident is not None:
        incidents.apply(tx, [changed(incident, Reason.ASKED, told_of(operation, now, text))])
