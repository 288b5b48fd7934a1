"""What people owe an operation is called for again, once each time, until they gave it."""

import threading
from collections.abc import Callable

import pytest

from bot.domain.operations import operating
from bot.domain.operations.operation import Operation, Request, State
from bot.flows.calls import CallLoop
from bot.flows.duties import DutyLoop
from bot.flows.mentions import Mentions
from bot.flows.operations.reminding import Reminding
from bot.ports.world import World
from tests.flows.operations.office import ADA, GRACE, LINUS, Office

WAITS = [State.STUCK, State.AWAITING_DECISION]


def reminding(office: Office) -> Reminding:
    return Reminding(office.record, lambda: office.catalogue)


@pytest.fixture
def turn(office: Office) -> Callable[[], object]:
    """A new loop every time, as after a crash."""

    def turned() -> None:
        loop = DutyLoop(office.db, World(now=lambda: office.at), lambda: None, reminding(office))
        loop.turn()
        loop.stop()

    return turned


def waiting(office: Office, state: State = State.STUCK, **fields: object) -> Operation:
    one = office.add(State.RUNNING, **fields)
    office.record.keep(
        one.id, lambda _, found: operating.ended(found, state, "nobody can tell", office.at)
    )
    return office.find(one.id)


def broken_glass(office: Office) -> Operation:
    one = office.add(State.APPROVED, request=Request(force="the shop is down"),
                     approved_by=GRACE, approved_at=office.at)  # fmt: skip
    office.record.keep(one.id, lambda _, found: operating.begun(found, office.at))
    office.record.keep(
        one.id, lambda _, found: operating.ended(found, State.SUCCEEDED, "done", office.at)
    )
    return office.find(one.id)


def again(office: Office) -> list[str]:
    return [row.text for row in office.calls() if row.key.startswith("duty:")]


@pytest.mark.parametrize("state", WAITS)
def test_it_calls_again_after_a_while_and_then_every_hour(
    office: Office, turn: Callable[[], object], state: State
) -> None:
    one = waiting(office, state)
    for minutes, calls in [(0, 0), (14, 0), (1, 1), (0, 1), (59, 1), (1, 2), (60, 3)]:
        office.later(minutes=minutes)
        turn()
        turn()
        assert len(again(office)) == calls
    lasted = [f"{one.name} has been {state.told} for {much}" for much in ("15 min", "1 h 15 min")]
    assert [text.split(":")[0] for text in again(office)][:2] == lasted
    assert {row.level for row in office.calls()} == {3}


@pytest.mark.parametrize("state", WAITS)
def test_it_ends_when_somebody_took_it_as_it_is(
    office: Office, turn: Callable[[], object], state: State
) -> None:
    one = waiting(office, state)
    office.later(minutes=20)
    turn()
    office.say(f'operation close {one.name} "put right"')
    office.later(hours=5)
    turn()
    assert len(again(office)) == 1
    assert [row.done_at is not None for row in office.duties()] == [True]


def test_it_ends_when_it_is_undone_and_begins_anew_where_that_gets_stuck(
    office: Office, turn: Callable[[], object]
) -> None:
    one = waiting(office, State.AWAITING_DECISION, switched_at=office.at)
    turn()
    office.say(f"operation revert {one.name}")
    office.later(minutes=20)
    turn()
    assert again(office) == []
    office.record.keep(
        one.id, lambda _, found: operating.ended(found, State.STUCK, "no way back", office.at)
    )
    turn()
    office.later(minutes=15)
    turn()
    (text,) = again(office)
    assert text.startswith(f"{one.name} has been stuck for 15 min: no way back. Look at it")


def test_what_was_missed_while_the_bot_was_down_is_one_call(
    office: Office, turn: Callable[[], object]
) -> None:
    waiting(office)
    office.later(hours=9)
    turn()
    turn()
    assert len(again(office)) == 1
    office.later(minutes=15)
    turn()
    assert len(again(office)) == 2


def test_of_two_who_remind_at_once_one_does(office: Office, turn: Callable[[], object]) -> None:
    waiting(office)
    turn()
    office.later(minutes=15)
    (duty,) = office.due()
    racers = [threading.Thread(target=reminding(office).remind, args=(duty,)) for _ in range(3)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(again(office)) == 1


def test_the_pace_is_the_one_of_operations_yaml(office: Office, turn: Callable[[], object]) -> None:
    policy = office.catalogue.policy
    office.policy(remind_waiting_after=policy.remind_waiting_after * 2)
    waiting(office)
    turn()
    office.later(minutes=29)
    turn()
    assert again(office) == []
    office.later(minutes=1)
    turn()
    assert len(again(office)) == 1


def test_the_level_s_people_are_named_under_the_card(
    office: Office, turn: Callable[[], object]
) -> None:
    one = waiting(office)
    turn()
    office.later(minutes=15)
    turn()
    pager = Mentions(db=office.db, catalogue=lambda: office.catalogue, now=lambda: office.at,
                     changed=lambda: None)  # fmt: skip
    for _ in range(2):
        CallLoop(office.db, pager, lambda: office.at).turn()
    told = [line for line in office.story(one.incident) if "has been stuck for 15 min" in line]
    assert len(told) == 1


def test_broken_glass_is_to_be_reviewed_after_a_day_and_then_daily(
    office: Office, turn: Callable[[], object]
) -> None:
    one = broken_glass(office)
    turn()
    office.later(hours=23)
    turn()
    assert again(office) == []
    office.later(hours=1)
    turn()
    turn()
    (call,) = office.calls()
    assert (call.level, call.incident_id) == (4, one.incident)
    assert f"{one.name} went ahead by break-glass 1 d ago" in call.text
    assert f"@{ADA} and @{GRACE} forced it: the shop is down." in call.text
    office.later(hours=24)
    turn()
    assert len(again(office)) == 2


def test_a_note_by_somebody_else_is_the_review(office: Office, turn: Callable[[], object]) -> None:
    one = broken_glass(office)
    note = f'incident note INC-{one.incident} "{one.name} reviewed: it was right"'
    office.say(note, by=ADA)
    office.later(hours=24)
    turn()
    assert len(again(office)) == 1
    office.say(note, by=LINUS)
    office.later(hours=24)
    turn()
    assert len(again(office)) == 1
    assert office.due() == []


def test_a_review_on_what_was_merged_meanwhile_counts_and_calls_go_where_people_look(
    office: Office, turn: Callable[[], object]
) -> None:
    one = broken_glass(office)
    first, second, third = one.incident, office.incident(), office.incident()
    office.later(hours=24)
    turn()
    note = f'incident note INC-{first} "{one.name} reviewed: it was right"'
    office.say(note, by=LINUS)
    for gone, kept in ((first, second), (second, third)):
        assert office.say(f"incident merge INC-{gone} INC-{kept}").status == 0

    assert [call.incident_id for call in office.calls()] == [third]
    office.later(hours=24)
    turn()
    assert office.due() == []
    assert len(again(office)) == 1


def test_a_plan_that_never_ran_leaves_nothing_to_review(
    office: Office, turn: Callable[[], object]
) -> None:
    one = office.add(request=Request(force="the shop is down"))
    office.approve(one.id)
    office.say(f"operation cancel {one.name}")
    office.later(hours=25)
    turn()
    assert office.duties() == []
