"""Who owes an operation something is called again at a pace, in words that end in a command."""

from datetime import timedelta

import pytest

from bot.domain.incidents.timeline import BOT, Entry, Kind
from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.operation import Operation, Request, State
from bot.domain.operations.reminder import (
    REVIEWS,
    answers,
    broke_the_glass,
    reviewed,
    still_waits,
    to_review,
    waits,
)
from bot.domain.ops_data.policy import Policy
from tests.domain.operations.made import NOW, operation

DAY = timedelta(days=1)
ROOM = Check(code=Code.ROOM, result=Result.BLOCK, seen="no node has room", component="graphql-api")
IMAGE = Check(code=Code.IMAGE, result=Result.PASS, seen="it is there")
WHO = {"slack:U1": "ada", "cli:ada": "ada", "slack:U2": "grace"}


def forced(**fields: object) -> Operation:
    said = {
        "request": Request(force="the shop is down for all"),
        "approved_by": "slack:U1",
        "approved_at": NOW,
        "started_at": NOW,
        "checks": (ROOM, IMAGE),
        **fields,
    }
    return operation(State.SUCCEEDED, **said)


def note(text: str, actor: str = "slack:U2") -> Entry:
    return Entry(incident=1, at=NOW, kind=Kind.NOTE, actor=actor, text=text)


@pytest.mark.parametrize(
    ("minutes", "due", "again"), [(0, False, 15), (14, False, 15), (15, True, 75), (74, True, 75),
    (75, True, 135), (600, True, 615)],
)  # fmt: skip
def test_the_first_comes_soon_and_the_others_seldom(minutes: int, due: bool, again: int) -> None:  # noqa: FBT001 - a case of the table
    pace, now = answers(Policy()), NOW + timedelta(minutes=minutes)
    assert pace.due(NOW, now) is due
    assert pace.next_at(NOW, now) == NOW + timedelta(minutes=again)


def test_a_review_is_due_after_a_day_and_then_daily() -> None:
    assert not REVIEWS.due(NOW, NOW + DAY - timedelta(seconds=1))
    assert REVIEWS.due(NOW, NOW + DAY)
    assert REVIEWS.next_at(NOW, NOW + DAY) == NOW + 2 * DAY


def test_only_what_a_person_can_end_waits_for_one() -> None:
    waiting = {state for state in State if waits(operation(state))}
    assert waiting == {State.STUCK, State.AWAITING_DECISION}
    assert not waits(operation(State.STUCK, closed_at=NOW))


@pytest.mark.parametrize(
    ("state", "move"),
    [
        (
            State.STUCK,
            'Look at it, put it right, then say so: `operation close OP-7 "what you did"`.',
        ),
        (
            State.AWAITING_DECISION,
            (
                "To keep it: `operation close OP-7`; to undo it: `operation revert OP-7`; "
                "to go on to the next good release: `operation next OP-7`."
            ),
        ),
    ],
)
def test_the_words_name_state_time_and_next_move(state: State, move: str) -> None:
    one = operation(state, said="nobody can tell.")
    lasted = f"OP-7 has been {state.told} for 1 h 15 min"
    assert (
        still_waits(one, NOW, NOW + timedelta(minutes=75)) == f"{lasted}: nobody can tell. {move}"
    )


def test_glass_is_broken_by_what_was_forced_and_ran() -> None:
    assert broke_the_glass(forced())
    assert not broke_the_glass(forced(started_at=None))
    assert not broke_the_glass(forced(request=Request()))


def test_the_review_is_asked_for_with_all_that_it_is_about() -> None:
    assert to_review(forced(), NOW + DAY) == (
        "OP-7 went ahead by break-glass 1 d ago and nobody has reviewed it. "
        "@slack:U1 forced it: the shop is down for all. "
        "Skipped: P7 room (graphql-api): no node has room. "
        "An admin, or who stands in for one, but not @slack:U1, looks at it and says "
        '`incident note INC-1 "OP-7 reviewed: what you found"`.'
    )


def test_two_who_forced_it_are_both_named() -> None:
    said = to_review(forced(approved_by="slack:U2", checks=()), NOW + DAY)
    assert "@slack:U1 and @slack:U2 forced it" in said
    assert "not @slack:U1 or @slack:U2, looks" in said
    assert "Skipped: no check, only the wait for an approval." in said


@pytest.mark.parametrize(
    ("text", "actor", "ends"),
    [
        ("OP-7 reviewed: it was right", "slack:U2", True),
        ("op-7 Reviewed", "slack:U2", True),
        ("OP-7 is not reviewed yet", "slack:U2", False),
        ("OP-77 reviewed", "slack:U2", False),
        ("OP-7 looks good", "slack:U2", False),
        ("OP-7 reviewed: it was right", "slack:U1", False),
        ("OP-7 reviewed: it was right", "cli:ada", False),
        ("OP-7 reviewed", BOT, False),
    ],
)
def test_somebody_else_says_that_it_is_reviewed(text: str, actor: str, *, ends: bool) -> None:
    notes = [note("looks better"), note(text, actor)]
    assert reviewed(forced(), notes, lambda one: WHO.get(one, one)) is ends


def test_whoever_approved_it_does_not_review_it() -> None:
    notes = [note("OP-7 reviewed")]
    assert not reviewed(forced(approved_by="slack:U2"), notes, lambda one: WHO.get(one, one))
