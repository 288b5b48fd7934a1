"""Deletes a rollback's snapshot once it is old: never urgent, so nobody is called for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.operations.operating import Move, moved
from bot.domain.operations.operation import Operation
from bot.flows.operations.attempting import attempted
from bot.flows.operations.record import Record
from bot.ports.action import Action, Standing
from bot.ports.trouble import Overtaken
from bot.ports.world import World
from bot.store import duties
from bot.store.database import DatabaseAway
from bot.store.duties import Duty

EXPIRES = "delete_restore_point"
AGAIN = timedelta(hours=6)
TOLD_AFTER, MOST = 4, 120  # tries: what keeps it is told after a day, and given up after a month


@dataclass(frozen=True, kw_only=True)
class Expiring:
    """What is gone already, or never was there, is settled without a word."""

    record: Record
    world: World
    actions: Mapping[str, Action[Any]]

    def expire(self, duty: Duty) -> None:
        try:
            found, acted = attempted(self.world, self.actions, duty)
        except DatabaseAway:
            raise
        except (Unavailable, Overtaken, Refused, GiveUp) as error:
            self._later(duty, str(error))
            return
        if found.standing is Standing.DONE:
            self._settle(duty, f"deleted: {found.seen}" if acted else "")
        elif found.standing is Standing.CONFLICT:
            self._settle(duty, f"kept: {found.seen}")
        else:
            self._later(duty, found.seen)

    def _settle(self, duty: Duty, said: str) -> None:
        now = self.record.now()

        def settled(tx: Connection, one: Operation) -> Move | None:
            news = duties.done(tx, duty.number, now) and said
            return moved(one, now, f"{duty.name}: {said}") if news else None

        self.record.keep(duty.operation, settled)

    def _later(self, duty: Duty, why: str) -> None:
        now, tries = self.record.now(), duty.failures + 1

        def put_off(tx: Connection, one: Operation) -> Move | None:
            duties.try_later(tx, duty, now + AGAIN)
            if tries >= MOST:
                duties.done(tx, duty.number, now)
                return moved(one, now, f"{duty.name}: it stays, and is not tried again: {why}")
            if tries == TOLD_AFTER:
                return moved(one, now, f"{duty.name}: not yet, and tried on for a month: {why}")
            return None

        self.record.keep(duty.operation, put_off)
