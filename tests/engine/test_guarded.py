"""The guarded step, decision by decision: what is asked, what is done, how it ends."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat

import pytest

from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.engine.away import Away
from bot.engine.guarded import Guard
from bot.engine.outcome import Attempt, Ending, Outcome
from bot.engine.parked import Parked
from bot.ports.action import Call, Found, Standing, Words
from bot.ports.trouble import Overtaken, TimedOut
from bot.ports.world import World
from bot.store.database import Conflict

START = datetime(2026, 1, 1, tzinfo=UTC)
DONE, NOT_DONE, CONFLICT, UNKNOWN = Standing
LOST = TimedOut("No answer.")


@dataclass(kw_only=True)
class Story:
    """A world told in advance, in which waiting passes the time; `told` is what happened."""

    probes: list[Standing] = field(default_factory=lambda: [NOT_DONE, DONE])
    acts: list[Exception | None] = field(default_factory=list)
    verifies: list[Standing] = field(default_factory=list)
    earlier: int = 0
    closed: Outcome | None = None
    stop: list[str | None] = field(default_factory=list)
    lost_after: int = 99
    at: datetime = START
    told: list[str] = field(default_factory=list)
    name: str = "switch"
    args: type[str] = str
    seconds: int = 60
    partly: bool = False
    waits: float = 0

    def __post_init__(self) -> None:
        self._probes = chain(self.probes, repeat(self.probes[-1]))
        self._verifies = chain(self.verifies, repeat(DONE))
        self._acts = chain(self.acts, repeat(None))
        self._stop = chain(self.stop, repeat(None))
        self._holds = 0

    def through(self) -> Outcome:
        guard = Guard[str](
            run=self, action=self, world=World(now=lambda: self.at, pause=self.pause),
            args="blue", key="k", journal=self,
        )  # fmt: skip
        return guard.through()

    def open(self) -> Attempt:
        self.told.append("intent")
        return Attempt(number=self.earlier + 1, began_at=START, outcome=self.closed)

    def stop_wanted(self) -> str | None:
        return next(self._stop)

    def close(self, outcome: Outcome) -> None:
        self.told.append("closed")

    def hold(self) -> None:
        self._holds += 1
        if self._holds > self.lost_after:
            raise Parked
        self.told.append("held")

    def pause(self, seconds: float) -> None:
        self.told.append("waited" if seconds < 10 else "waited long")
        self.at += timedelta(seconds=seconds)

    def words(self, args: str) -> Words:
        return Words(does="", touches="", check="", undo="")

    def probe(self, world: World, args: str, key: str) -> Found:
        return self._found("probe", self._probes)

    def act(self, world: World, args: str, key: str) -> None:
        self.told.append(f"act {args} {key}")
        if self.waits:
            world.pause(self.waits)
        error = next(self._acts)
        if error is not None:
            raise error

    def verify(self, world: World, args: str, key: str) -> Found:
        return self._found("verify", self._verifies)

    def rehearse(self, world: World, args: str) -> None:
        self.told.append("rehearse")

    def undo(self, args: str) -> Call | None:
        return None

    def _found(self, look: str, standings: Iterator[Standing]) -> Found:
        self.told.append(look)
        standing = next(standings)
        return Found(standing=standing, seen=f"It is {standing.name}.", partly=self.partly)

    @property
    def acted(self) -> int:
        return sum(one.startswith("act") for one in self.told)


def test_the_order() -> None:
    story = Story()

    assert story.through() == Outcome(ending=Ending.DONE, seen="It is DONE.")
    assert story.told == ["intent", "probe", "held", "act blue k", "verify", "held", "closed"]


def test_what_was_so_before_is_looked_at_and_left_alone() -> None:
    story = Story(probes=[DONE])

    assert story.through().ending is Ending.ALREADY
    assert story.told == ["intent", "probe", "verify", "held", "closed"]


def test_after_a_crash_what_is_done_is_not_done_again() -> None:
    story = Story(probes=[DONE], earlier=1)

    assert story.through().ending is Ending.DONE
    assert not story.acted


def test_an_outcome_that_was_closed_stands() -> None:
    was = Outcome(ending=Ending.LATE, seen="It was too slow.")
    story = Story(closed=was, earlier=1)

    assert story.through() == was
    assert story.told == ["intent"]


@pytest.mark.parametrize(
    ("probes", "ending", "acted"),
    [
        ([UNKNOWN, UNKNOWN], Ending.STUCK, 0),
        ([UNKNOWN, CONFLICT], Ending.CONFLICT, 0),
        ([UNKNOWN, DONE], Ending.ALREADY, 0),
        ([UNKNOWN, NOT_DONE], Ending.DONE, 1),
        ([CONFLICT], Ending.CONFLICT, 0),
    ],
)
def test_who_cannot_tell_looks_twice_and_then_asks(
    probes: list[Standing], ending: Ending, acted: int
) -> None:
    story = Story(probes=probes)
    outcome = story.through()

    assert (outcome.ending, story.acted) == (ending, acted)
    assert story.told.count("waited long") == (1 if probes[0] is UNKNOWN else 0)


@pytest.mark.parametrize(
    ("acts", "probes", "ending", "acted"),
    [
        # Perhaps applied: the world is asked, and the same key is used again.
        ([LOST], [NOT_DONE, DONE], Ending.DONE, 1),
        ([LOST], [NOT_DONE, NOT_DONE], Ending.DONE, 2),
        ([LOST] * 3, [NOT_DONE], Ending.FAILED, 3),
        ([LOST] * 3, [NOT_DONE, NOT_DONE, NOT_DONE, DONE], Ending.DONE, 3),
        ([LOST], [NOT_DONE, UNKNOWN], Ending.STUCK, 1),
        ([LOST], [NOT_DONE, CONFLICT], Ending.CONFLICT, 1),
        # A guard did not hold: nothing was done, look anew.
        ([Overtaken("409")], [NOT_DONE, NOT_DONE], Ending.DONE, 2),
        ([Overtaken("409")], [NOT_DONE, CONFLICT], Ending.CONFLICT, 1),
        # The answer is no.
        ([GiveUp("403")], [NOT_DONE], Ending.FAILED, 1),
        ([GiveUp("403")], [NOT_DONE, DONE], Ending.DONE, 1),
        ([Refused("no")], [NOT_DONE], Ending.FAILED, 1),
    ],
)
def test_an_act_that_was_answered_badly(
    acts: list[Exception | None], probes: list[Standing], ending: Ending, acted: int
) -> None:
    story = Story(acts=acts, probes=probes)

    assert (story.through().ending, story.acted) == (ending, acted)


def test_a_failure_says_what_was_answered_and_what_was_seen() -> None:
    story = Story(acts=[GiveUp("It is forbidden.")], probes=[NOT_DONE])

    assert story.through().seen == "It is forbidden. It is NOT_DONE."


@pytest.mark.parametrize("call", ["open", "stop_wanted", "close"])
def test_a_journal_that_does_not_answer_is_our_own_database(
    call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise Unavailable("The database does not answer.", retry_after=1)

    monkeypatch.setattr(Story, call, away)
    with pytest.raises(Away):
        Story().through()


@pytest.mark.parametrize("error", [Conflict("faster"), Away("away")])
def test_our_own_database_away_in_an_act_is_not_the_worlds_answer(error: Exception) -> None:
    with pytest.raises(type(error)):
        Story(acts=[error]).through()


@pytest.mark.parametrize(("standing", "ending"), [(NOT_DONE, Ending.LATE), (UNKNOWN, Ending.STUCK)])
def test_what_does_not_come_true_in_its_time(standing: Standing, ending: Ending) -> None:
    story = Story(verifies=[standing] * 1000)

    assert story.through().ending is ending
    assert story.at - START == timedelta(seconds=story.seconds)


def test_a_crash_does_not_prolong_the_time() -> None:
    story = Story(verifies=[NOT_DONE] * 1000, earlier=3, at=START + timedelta(seconds=50))

    assert story.through().ending is Ending.LATE
    assert story.at - START == timedelta(seconds=60)


def test_what_was_not_done_in_its_time_is_not_begun() -> None:
    story = Story(earlier=1, at=START + timedelta(seconds=61))

    assert story.through().ending is Ending.FAILED
    assert not story.acted


def test_somebody_elses_change_while_it_is_verified() -> None:
    story = Story(probes=[NOT_DONE], verifies=[NOT_DONE, CONFLICT])

    assert story.through().ending is Ending.CONFLICT


@pytest.mark.parametrize(
    ("earlier", "probes", "ending"),
    [
        (0, [NOT_DONE, DONE], Ending.LATE),
        (1, [DONE], Ending.LATE),
        (0, [NOT_DONE, CONFLICT], Ending.CONFLICT),
        (0, [DONE], Ending.CONFLICT),
    ],
)
def test_what_was_done_and_does_not_come_up_is_ours_to_undo(
    earlier: int, probes: list[Standing], ending: Ending
) -> None:
    story = Story(earlier=earlier, probes=probes, verifies=[NOT_DONE, CONFLICT])

    assert story.through() == Outcome(ending=ending, seen="It is CONFLICT.")


def test_what_was_done_in_part_has_not_changed_nothing() -> None:
    failed = Story(acts=[GiveUp("403")], probes=[NOT_DONE], partly=True)
    out_of_time = Story(earlier=1, at=START + timedelta(seconds=61), probes=[NOT_DONE], partly=True)

    assert [one.through().ending for one in (failed, out_of_time)] == [Ending.LATE, Ending.LATE]


@pytest.mark.parametrize(
    ("stop", "acts", "acted"), [(["wait"], [], 0), ([None, "wait"], [LOST], 1)]
)
def test_who_wants_to_stop_is_heard_until_the_act(
    stop: list[str | None], acts: list[Exception | None], acted: int
) -> None:
    story = Story(stop=stop, acts=acts, probes=[NOT_DONE])

    assert story.through() == Outcome(ending=Ending.CANCELLED, seen="wait")
    assert story.acted == acted


def test_what_was_stopped_between_two_tries_and_stands_in_part_is_to_be_undone() -> None:
    again = Story(stop=[None, "wait"], acts=[LOST], probes=[NOT_DONE], partly=True)
    after_a_crash = Story(stop=["wait"], earlier=1, probes=[NOT_DONE], partly=True)

    for story in (again, after_a_crash):
        outcome = story.through()
        assert outcome == Outcome(ending=Ending.STOPPED, seen="wait. It is NOT_DONE.")
        assert outcome.acted


def test_who_wants_to_stop_is_heard_where_an_act_waits() -> None:
    story = Story(stop=[None, None, None, "wait"], waits=60, probes=[NOT_DONE])

    assert story.through() == Outcome(ending=Ending.STOPPED, seen="wait. It is NOT_DONE.")
    assert story.at - START == timedelta(seconds=4)


def test_an_act_that_waits_asks_whether_the_run_is_still_ours() -> None:
    story = Story(waits=60, lost_after=3, probes=[NOT_DONE])

    with pytest.raises(Parked):
        story.through()
    assert story.at - START == timedelta(seconds=4)
    assert "closed" not in story.told


def test_an_act_waits_as_long_as_it_wants_to() -> None:
    story = Story(waits=5, seconds=60)

    assert story.through().ending is Ending.DONE
    assert story.at - START == timedelta(seconds=5)


@pytest.mark.parametrize(("lost_after", "acted"), [(0, 0), (1, 1)])
def test_who_lost_the_run_does_not_act_and_writes_nothing(lost_after: int, acted: int) -> None:
    story = Story(lost_after=lost_after)

    with pytest.raises(Parked):
        story.through()
    assert story.acted == acted
    assert "closed" not in story.told


def test_a_vendor_away_for_one_try_is_waited_for_but_not_long() -> None:
    story = Story(acts=[Unavailable("503")], probes=[NOT_DONE])

    assert story.through().ending is Ending.DONE
    assert timedelta(seconds=0.1) <= story.at - START <= timedelta(seconds=0.2)


@pytest.mark.parametrize("ending", Ending)
def test_an_outcome_is_kept_plainly(ending: Ending) -> None:
    outcome = Outcome(ending=ending, seen="words")

    assert Outcome.of(outcome.plain()) == outcome
