"""Calls people again for what they owe an operation: an answer while it waits, a review."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection

from bot.domain.operations import reminder
from bot.domain.operations.operation import Operation
from bot.domain.operations.reminder import Pace, Topic
from bot.domain.ops_data.catalogue import Catalogue
from bot.flows.operations.deciding import LEADERS
from bot.flows.operations.record import STUCK_LEVEL, Record, locked
from bot.flows.operations.rights import known_as
from bot.store import calls, duties, entries
from bot.store.codec import instant, micros
from bot.store.duties import Duty

REMINDERS = frozenset(Topic)


class Owed(NamedTuple):
    """Since when, how often it is called for, at which level, and with which words."""

    since: datetime
    pace: Pace
    level: int
    text: str


@dataclass(frozen=True)
class Reminding:
    """`remind` makes one call at most and sets the time of the next, in one transaction."""

    record: Record
    catalogue: Callable[[], Catalogue]

    def remind(self, duty: Duty) -> None:
        now, called = self.record.now(), False
        with self.record.db.write() as tx:
            operation = locked(tx, duty.operation)
            owed = self._owed(tx, operation, duty, now)
            if owed is None:
                duties.done(tx, duty.number, now)
            elif duties.put_off(tx, duty, owed.pace.next_at(owed.since, now)):
                called = owed.pace.due(owed.since, now) and calls.want(
                    tx,
                    key=f"duty:{duty.number}:{micros(duty.due_at)}",
                    incident=operation.incident,
                    level=owed.level,
                    text=owed.text,
                    now=now,
                )
        if called:
            self.record.changed()

    def _owed(self, tx: Connection, operation: Operation, duty: Duty, now: datetime) -> Owed | None:
        """Nothing any more where it was given."""
        if duty.action == Topic.REVIEW:
            return self._review(tx, operation, now)
        return self._answer(operation, duty, now)

    def _answer(self, operation: Operation, duty: Duty, now: datetime) -> Owed | None:
        before = (duty.args["run"], duty.args["state"])
        if not reminder.waits(operation) or before != (operation.run_id, operation.state.value):
            return None
        since = instant(duty.args["since"])
        return Owed(
            since,
            reminder.answers(self.catalogue().policy),
            STUCK_LEVEL,
            reminder.still_waits(operation, since, now),
        )

    def _review(self, tx: Connection, operation: Operation, now: datetime) -> Owed | None:
        since = operation.approved_at
        if since is None or not reminder.broke_the_glass(operation):
            return None
        notes = entries.notes_since(tx, operation.incident, since)
        if reminder.reviewed(operation, notes, partial(known_as, self.catalogue())):
            return None
        return Owed(since, reminder.REVIEWS, LEADERS, reminder.to_review(operation, now))
