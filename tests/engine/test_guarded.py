"""The guarded step, decision by decision: what is asked, what is done, how it ends."""

from datetime import timedelta

import pytest

from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.engine.away import Away
from bot.engine.outcome import Ending, Outcome
from bot.ports.action import Standing
from bot.ports.trouble import DoneWithout, Overtaken, RateLimited
from bot.store.database import Conflict
from tests.engine.story import CONFLICT, DONE, LOST, NOT_DONE, START, UNKNOWN, Story


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
        ([UNKNOWN, UNKNOWN], Ending.UNSEEN, 0),
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


def test_after_a_crash_nobody_can_tell_whether_something_was_tried() -> None:
    story = Story(probes=[UNKNOWN, UNKNOWN], earlier=1)

    assert (story.through().ending, story.acted) == (Ending.STUCK, 0)


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


def test_somebody_elses_change_while_it_is_verified() -> None:
    story = Story(probes=[NOT_DONE], verifies=[NOT_DONE, CONFLICT])

    assert story.through().ending is Ending.CONFLICT


def test_a_vendor_away_for_one_try_is_waited_for_but_not_long() -> None:
    story = Story(acts=[Unavailable("503")], probes=[NOT_DONE])

    assert story.through().ending is Ending.DONE
    assert timedelta(seconds=0.1) <= story.at - START <= timedelta(seconds=0.2)


@pytest.mark.parametrize(
    ("asked", "waited", "ending", "acted"),
    [
        (None, 0, Ending.DONE, 2),
        (7, 7, Ending.DONE, 2),
        # No act comes when its time is over.
        (600, 60, Ending.FAILED, 1),
        (float("inf"), 60, Ending.FAILED, 1),
        (float("nan"), 60, Ending.FAILED, 1),
    ],
)
def test_who_is_asked_for_a_pause_makes_one_within_its_time(
    asked: float | None, waited: float, ending: Ending, acted: int
) -> None:
    story = Story(acts=[RateLimited("429", retry_after=asked)], probes=[NOT_DONE])

    assert (story.through().ending, story.acted) == (ending, acted)
    assert (story.at - START).total_seconds() == pytest.approx(waited, abs=0.2)


def test_a_pause_is_made_once_where_act_and_look_are_asked_for_it() -> None:
    asked = RateLimited("429", retry_after=20)
    story = Story(acts=[asked], probes=[NOT_DONE, UNKNOWN, NOT_DONE], retry_after=20)

    assert (story.through().ending, story.acted) == (Ending.DONE, 2)
    assert (story.at - START).total_seconds() == pytest.approx(40, abs=0.2)


def test_what_the_others_do_not_wait_for_makes_no_pause() -> None:
    story = Story(acts=[RateLimited("429", retry_after=20)], probes=[NOT_DONE], patient=False)

    assert story.through().ending is Ending.DONE
    assert story.at - START < timedelta(seconds=1)


def test_a_look_at_what_was_done_makes_the_pause_that_it_is_asked_for() -> None:
    story = Story(verifies=[UNKNOWN, DONE], retry_after=20)

    assert story.through().ending is Ending.DONE
    assert story.told.count("verify") == 2
    assert story.at - START == timedelta(seconds=20)


def test_a_look_that_is_asked_for_a_pause_makes_one_too() -> None:
    story = Story(probes=[UNKNOWN, NOT_DONE], retry_after=25)

    assert story.through().ending is Ending.DONE
    assert story.at - START == timedelta(seconds=25)


@pytest.mark.parametrize("ending", Ending)
def test_an_outcome_is_kept_plainly(ending: Ending) -> None:
    outcome = Outcome(ending=ending, seen="words", going_on=ending is Ending.DONE)

    assert Outcome.of(outcome.plain()) == outcome


def test_an_outcome_of_before_there_was_anything_that_goes_on_is_read() -> None:
    outcome = Outcome.of({"ending": "done", "seen": "words"})

    assert outcome == Outcome(ending=Ending.DONE, seen="words")


def test_what_is_not_needed_is_tried_once_and_not_looked_for() -> None:
    story = Story(acts=[DoneWithout("There is enough without it.")])

    assert story.through() == Outcome(ending=Ending.ALREADY, seen="There is enough without it.")
    assert story.told == ["intent", "probe", "held", "act blue k", "held", "closed"]
