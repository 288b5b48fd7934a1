"""A step that changes the world once, however often the process dies in it.

The intent is on disk first; then the world is asked before it is touched, the run must still be
ours, and what was done is looked at until it is true. Where nobody can tell, a person decides.
"""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.engine.away import of_our_database, ours
from bot.engine.outcome import Attempt, Ending, Journal, Outcome
from bot.engine.run import Run
from bot.ports.action import Action, Found, Standing
from bot.ports.trouble import DoneWithout, Overtaken
from bot.ports.world import World

A = TypeVar("A")
_TRIES = 3
_SHORTEST, _LONGEST = 0.2, 2.0  # seconds between tries
_HEAR_EVERY = 2.0  # seconds between looks for a wish to stop, where an act waits
_LOOK_EVERY = 0.5  # seconds between looks until it is true
_TWICE_UNKNOWN = 10.0  # seconds between the two looks after which a person is asked


class Holder(Protocol):
    """What a guarded step needs of its run."""

    def hold(self) -> None: ...

    def pause(self, seconds: float) -> None: ...


def guarded(
    run: Run,
    name: str,
    *,
    action: Action[A],
    world: World,
    args: A,
    key: str,
    journal: Journal,
    look_every: float = _LOOK_EVERY,
    twice_unknown: float = _TWICE_UNKNOWN,
    patient: bool = True,
) -> Outcome:
    """One step of the run, remembered; an undo is another action and goes the same way.

    `key` is the same at every attempt. Who is not `patient` makes no pause that the world asks
    for: such a step may fail, and is not to hold up the others. `world.now` is the clock that the
    action's own time is counted by.
    """
    guard = Guard(
        run=run, action=action, world=world, args=args, key=key, journal=journal,
        look_every=look_every, twice_unknown=twice_unknown, patient=patient,
    )  # fmt: skip
    return Outcome.of(run.step(name, lambda: guard.through().plain()))


class _Ended(Exception):
    def __init__(self, ending: Ending, seen: str) -> None:
        super().__init__(seen)
        self.outcome = Outcome(ending=ending, seen=seen)


@dataclass(frozen=True, kw_only=True)
class Guard(Generic[A]):
    """One attempt at a guarded step, from its intent to its outcome."""

    run: Holder
    action: Action[A]
    world: World
    args: A
    key: str
    journal: Journal
    look_every: float = _LOOK_EVERY
    twice_unknown: float = _TWICE_UNKNOWN
    patient: bool = True

    def through(self) -> Outcome:
        with ours():
            attempt = self.journal.open()
        if attempt.outcome is not None:
            return attempt.outcome
        try:
            outcome = self._attempt(attempt)
        except _Ended as ended:
            outcome = ended.outcome
        self.run.hold()
        with ours():
            self.journal.close(outcome)
        return outcome

    def _attempt(self, attempt: Attempt) -> Outcome:
        until = attempt.began_at + timedelta(seconds=self.action.seconds)
        first = attempt.number == 1
        found = self._known(until, Ending.UNSEEN if first else Ending.STUCK)
        if found.standing is Standing.DONE:
            well = Ending.ALREADY if first else Ending.DONE
            return self._verified(until, well)
        if self.world.now() >= until:
            raise _Ended(_failed(found), f"Its time ran out before it was done: {found.seen}")
        self._act(found, until)
        return self._verified(until, Ending.DONE)

    def _act(self, found: Found, until: datetime) -> None:
        """Returns once it may have been applied; raises `_Ended` where it was not, or in part."""
        longest = _SHORTEST
        for tries in range(1, _TRIES + 1):
            with ours():
                wanted = self.journal.stop_wanted()
            if wanted is not None:
                raise _stopped(wanted, found)
            self.run.hold()
            said = self._acted()
            if said is None:
                return
            self._rest(0.0, said.wait, until)
            found = self._known(until, Ending.STUCK)
            if found.standing is Standing.DONE:
                return
            last = not said.again or tries == _TRIES
            if not last:
                self.run.pause(random.uniform(longest / 2, longest))  # noqa: S311 - spreads load, hides nothing
            if last or self.world.now() >= until:
                raise _Ended(_failed(found), f"{said.words} {found.seen}")
            longest = min(longest * 2, _LONGEST)

    def _acted(self) -> "_Said | None":
        try:
            world = replace(self.world, pause=self._waited)
            self.action.act(world, self.args, self.key)
        except Unavailable as error:
            # Perhaps it was applied. Our own database's outage ends the attempt, not the step.
            if of_our_database(error):
                raise
            return _Said(words=str(error), again=True, wait=error.retry_after or 0.0)
        except Overtaken as error:
            return _Said(words=str(error), again=True)
        except DoneWithout as word:
            raise _Ended(Ending.ALREADY, str(word)) from word
        except (GiveUp, Refused) as error:
            return _Said(words=str(error), again=False)
        return None

    def _waited(self, seconds: float) -> None:
        """In the middle of an act: who lost the run goes no further, nor who is to stop."""
        while True:
            with ours():
                wanted = self.journal.stop_wanted()
                self.run.hold()
            if wanted is not None:
                found = self.action.probe(self.world, self.args, self.key)
                raise _Ended(Ending.STOPPED, f"{wanted}. {found.seen}")
            if seconds <= 0:
                return
            now = min(seconds, _HEAR_EVERY)
            self.world.pause(now)
            seconds -= now

    def _verified(self, until: datetime, well: Ending) -> Outcome:
        while True:
            found = self.action.verify(self.world, self.args, self.key)
            if found.standing is Standing.DONE:
                return Outcome(ending=well, seen=found.seen, going_on=found.going_on)
            if found.standing is Standing.CONFLICT:
                raise _Ended(self._broken(well), found.seen)
            if self.world.now() >= until:
                unknown = found.standing is Standing.UNKNOWN
                raise _Ended(Ending.STUCK if unknown else Ending.LATE, found.seen)
            with ours():
                wanted = self.journal.stop_wanted()
            if wanted is not None:
                raise _stopped(wanted, replace(found, partly=well is Ending.DONE))
            self._rest(self.look_every, found.retry_after, until)

    def _broken(self, well: Ending) -> Ending:
        """Ours that stands and does not come up is not somebody else's change: it can be undone."""
        if well is Ending.ALREADY:
            return Ending.CONFLICT
        found = self.action.probe(self.world, self.args, self.key)
        ours = found.standing is Standing.DONE or found.partly
        return Ending.LATE if ours else Ending.CONFLICT

    def _rest(self, least: float, wanted: float, until: datetime) -> None:
        """As long as the world wants, while the step has time for that and others wait for it."""
        left = (until - self.world.now()).total_seconds()
        seconds = max(least, min(left, wanted)) if self.patient else least
        if seconds:
            self.run.pause(seconds)

    def _known(self, until: datetime, unknown: Ending) -> Found:
        """DONE or NOT_DONE; else it ends here, as `unknown` where nobody can tell."""
        found = self.action.probe(self.world, self.args, self.key)
        if found.standing is Standing.UNKNOWN:
            self._rest(self.twice_unknown, found.retry_after, until)
            found = self.action.probe(self.world, self.args, self.key)
        if found.standing is Standing.UNKNOWN:
            raise _Ended(unknown, found.seen)
        if found.standing is Standing.CONFLICT:
            raise _Ended(Ending.CONFLICT, found.seen)
        return found


def _stopped(wanted: str, found: Found) -> _Ended:
    if found.partly:
        return _Ended(Ending.STOPPED, f"{wanted}. {found.seen}")
    return _Ended(Ending.CANCELLED, wanted)


def _failed(found: Found) -> Ending:
    """Only what changed nothing has failed; the rest has to be undone."""
    return Ending.LATE if found.partly else Ending.FAILED


@dataclass(frozen=True, kw_only=True, slots=True)
class _Said:
    """What the world answered instead of doing it, and whether the same may be asked again.

    `wait` is in how many seconds, by its own word.
    """

    words: str
    again: bool
    wait: float = 0.0
