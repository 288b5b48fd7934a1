"""A guarded step that does not get to its end: no time left, a wish to stop, a lost run."""

from datetime import timedelta

import pytest

from bot.domain.errors import GiveUp
from bot.engine.outcome import Ending, Outcome
from bot.engine.parked import Parked
from bot.ports.action import Standing
from tests.engine.story import CONFLICT, DONE, LOST, NOT_DONE, START, UNKNOWN, Story


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


@pytest.mark.parametrize(
    ("probes", "ending"), [([NOT_DONE], Ending.STOPPED), ([DONE], Ending.CANCELLED)]
)
def test_who_wants_to_stop_is_heard_where_it_is_waited_for(
    probes: list[Standing], ending: Ending
) -> None:
    """What was so before is nobody's to take back."""
    before = [None] if probes == [NOT_DONE] else []
    story = Story(stop=[*before, None, "wait"], probes=probes, verifies=[NOT_DONE] * 9)

    assert story.through().ending is ending
    assert story.told.count("verify") == 2
