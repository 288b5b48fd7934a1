"""Which way it goes on after what acted, broke, and has to be put right."""

import pytest

from bot.engine.outcome import Ending, Outcome
from bot.flows.operations.course import Ended, Way, after, moves_traffic, to_undo
from tests.domain.operations.made import step


def ended(ending: Ending, *, decisive: bool) -> list[Ended]:
    one = step("restore", action="restore_template", decisive=decisive)
    return [Ended(step=one, outcome=Outcome(ending=ending, seen="pod x: CrashLoopBackOff"))]


@pytest.mark.parametrize(("decisive", "way"), [(False, Way.BACK), (True, Way.ASK)])
def test_what_acted_and_broke_is_undone_or_asked_about(way: Way, *, decisive: bool) -> None:
    found = ended(Ending.LATE, decisive=decisive)

    course = after(found, traffic_moved=moves_traffic(found), may_stay=False)
    assert course.way is way
    assert "CrashLoopBackOff" in course.why
    assert [one.name for one in to_undo(found)] == ["restore"]


@pytest.mark.parametrize("decisive", [True, False])
def test_what_was_stopped_in_the_middle_goes_back_without_asking(*, decisive: bool) -> None:
    found = ended(Ending.STOPPED, decisive=decisive)

    course = after(found, traffic_moved=True, may_stay=True)
    assert (course.way, course.cancelled) == (Way.BACK, True)
    assert [one.name for one in to_undo(found)] == ["restore"]


@pytest.mark.parametrize(("decisive", "undone"), [(True, ["restore"]), (False, [])])
def test_of_what_was_so_already_only_the_move_itself_goes_back(
    undone: list[str], *, decisive: bool
) -> None:
    assert [one.name for one in to_undo(ended(Ending.ALREADY, decisive=decisive))] == undone


@pytest.mark.parametrize("ending", [Ending.CONFLICT, Ending.FAILED, Ending.CANCELLED])
def test_what_others_did_or_nobody_did_is_not_undone(ending: Ending) -> None:
    assert to_undo(ended(ending, decisive=False)) == []


@pytest.mark.parametrize(("traffic_moved", "way"), [(False, Way.BACK), (True, Way.ASK)])
def test_where_nobody_could_tell_and_nothing_was_tried_nobody_is_called_for_that(
    way: Way, *, traffic_moved: bool
) -> None:
    """Where traffic moved already, whether to take that back is a person's to decide."""
    found = ended(Ending.UNSEEN, decisive=True)

    assert not moves_traffic(found)
    assert after(found, traffic_moved=traffic_moved, may_stay=False).way is way
    assert to_undo(found) == []
