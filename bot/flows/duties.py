"""Does what operations left to be done later: probe, act, verify, and tell how it went."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import structlog

from bot.actions.registry import ACTIONS
from bot.domain.budget import backoff
from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.incident import Reason, changed
from bot.domain.operating import told_of
from bot.flows.leader import Leader
from bot.ports.action import Standing
from bot.ports.trouble import Overtaken
from bot.ports.world import World
from bot.store import calls, duties, incidents, operations
from bot.store.database import Conflict, Database
from bot.store.duties import Duty

log = structlog.get_logger()
EVERY = 5.0  # seconds
_FIRST, _MOST = 5.0, 300.0
TRIES = 8  # before a person is called
HELP_LEVEL = 3


class DutyLoop:
    def __init__(self, db: Database, world: World, changed: Callable[[], None]) -> None:
        self._db, self._world, self._now, self._changed = db, world, world.now, changed
        self._leader = Leader(db, "duties", world.now)

    def turn(self) -> float:
        if not self._leader.leads():
            return EVERY
        with self._db.read() as tx:
            due = duties.due(tx, self._now())
        for duty in due:
            self._do(duty)
        return EVERY

    def stop(self) -> None:
        self._leader.resign()

    def _do(self, duty: Duty) -> None:
        action = ACTIONS[duty.action]
        args = msgspec.convert(duty.args, action.args)
        key = f"duty:{duty.number}"
        try:
            if action.probe(self._world, args, key).standing is not Standing.DONE:
                action.act(self._world, args, key)
            found = action.verify(self._world, args, key)
        except (Unavailable, Overtaken, GiveUp, Refused) as error:
            self._later(duty, str(error))
            return
        if found.standing is Standing.DONE:
            self._settle(duty, found.seen)
        else:
            self._later(duty, found.seen)

    def _settle(self, duty: Duty, seen: str) -> None:
        try:
            with self._db.write() as tx:
                operation = operations.find(tx, duty.operation)
                if not duties.done(tx, duty.number, self._now()) or operation is None:
                    return
                incident = incidents.find(tx, operation.incident, lock=True)
                if incident is not None:
                    told = told_of(operation, self._now(), f"{duty.name}: {seen}")
                    incidents.apply(tx, [changed(incident, Reason.ASKED, told)])
        except Conflict:
            return  # the next turn finds it done, and says so
        self._changed()

    def _later(self, duty: Duty, why: str) -> None:
        log.warning("duty.later", duty=duty.name, operation=f"OP-{duty.operation}", why=why)
        pause = timedelta(seconds=backoff(duty.failures + 1, first=_FIRST, most=_MOST))
        with self._db.write() as tx:
            duties.try_later(tx, duty, self._now() + pause)
            operation = operations.find(tx, duty.operation)
            if duty.failures + 1 == TRIES and operation is not None:
                calls.want(
                    tx,
                    key=f"duty:{duty.number}",
                    incident=operation.incident,
                    level=HELP_LEVEL,
                    text=f"OP-{duty.operation} left something undone, {duty.name}: {why}",
                    now=self._now(),
                )
