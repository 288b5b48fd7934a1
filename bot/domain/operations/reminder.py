"""What nobody answered: an operation that waits for a person, broken glass that nobody reviewed."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.incidents.timeline import BOT, Entry
from bot.domain.operations.check import blocking
from bot.domain.operations.next_move import next_move
from bot.domain.operations.operation import Operation, State
from bot.domain.ops_data.policy import Policy
from bot.domain.wording import either, span

REVIEW_WITHIN = timedelta(hours=24)
_WAITS = (State.AWAITING_DECISION, State.STUCK)


class Topic(StrEnum):
    """What somebody is reminded of, and how its duty calls it."""

    ANSWER = "ask for an answer again"
    REVIEW = "ask for the review"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """A first reminder `after` a while, and then one `every` so often."""

    after: timedelta
    every: timedelta

    def due(self, since: datetime, now: datetime) -> bool:
        return now >= since + self.after

    def next_at(self, since: datetime, now: datetime) -> datetime:
        """After `now`: what a bot that was down did not say in time is not made up for."""
        first = since + self.after
        if now < first:
            return first
        return first + self.every * ((now - first) // self.every + 1)


REVIEWS = Pace(after=REVIEW_WITHIN, every=REVIEW_WITHIN)


def answers(policy: Policy) -> Pace:
    return Pace(after=policy.remind_waiting_after, every=policy.remind_waiting_every)


def waits(operation: Operation) -> bool:
    """For a person, who alone can decide it or close it."""
    return operation.state in _WAITS and operation.closed_at is None


def broke_the_glass(operation: Operation) -> bool:
    """What was only approved by force, and never ran, leaves nothing to review."""
    return bool(operation.request.force) and operation.started_at is not None


def still_waits(operation: Operation, since: datetime, now: datetime) -> str:
    said = operation.said.rstrip(".")
    lasted = f"{operation.name} has been {operation.state.told} for {span(now - since)}"
    return f"{lasted}: {said}. {next_move(operation)}."


def reviewed(operation: Operation, notes: Iterable[Entry], known_as: Callable[[str], str]) -> bool:
    """Whether somebody who did not force it has noted it, in the words that were asked for.

    `known_as` gives the one name that a person has on every surface.
    """
    words = re.compile(rf"\b{operation.name} reviewed\b", re.IGNORECASE)
    partial = {BOT, *map(known_as, forced_by(operation))}
    return any(words.search(one.text) and known_as(one.actor) not in partial for one in notes)


def to_review(operation: Operation, now: datetime) -> str:
    """Who forced it, why, past what, and how the review is said to be done."""
    forcers = forced_by(operation)
    who = either((f"@{one}" for one in forcers), "and")
    but = either(f"@{one}" for one in forcers)
    past = "; ".join(f"{one.name}: {one.seen}" for one in blocking(operation.checks))
    ago = span(now - (operation.approved_at or operation.requested_at))
    note = f'incident note INC-{operation.incident} "{operation.name} reviewed: what you found"'
    return (
        f"{operation.name} went ahead by break-glass {ago} ago and nobody has reviewed it. "
        f"{who} forced it: {operation.request.force}. "
        f"Skipped: {past or 'no check, only the wait for an approval'}. "
        f"An admin, or who stands in for one, but not {but}, looks at it and says `{note}`."
    )


def forced_by(operation: Operation) -> tuple[str, ...]:
    """Who asked for it, and who approved it where that was somebody else."""
    actors = (operation.requested_by, operation.approved_by or operation.requested_by)
    return tuple(dict.fromkeys(actors))
