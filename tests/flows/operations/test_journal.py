"""What a step did is written down before and after, once, whoever tries it how often."""

import threading

import pytest

from bot.domain.operations.operation import State, StepState, Stop
from bot.engine.outcome import Ending, Outcome
from bot.flows.operations.aftermath import still_frozen
from bot.store import locks
from tests.domain.operations.made import plan, step
from tests.flows.operations.office import ADA, GRACE, Office

SWITCH = "switch graphql-api"
DONE = Outcome(ending=Ending.DONE, seen="green has the traffic")
FREEZE = step("freeze", action="freeze_deploys", optional=True, does="Freezes deploys")
POINT = step("restore point", action="take_restore_point", optional=True, does="Takes one")


def test_the_intent_stands_before_the_act_and_the_first_one_s_time_stays(office: Office) -> None:
    one = office.add(State.RUNNING)
    first = office.journal(one, SWITCH).open()
    assert (first.number, first.began_at, first.outcome) == (1, office.at, None)
    assert office.rows(one.id)[SWITCH].state is StepState.RUNNING
    assert office.changes == 1

    began = office.at
    office.later(seconds=30)
    second = office.journal(one, SWITCH).open()
    assert (second.number, second.began_at) == (2, began)
    assert office.changes == 1


def test_a_replay_finds_how_it_ended_and_tells_nothing_twice(office: Office) -> None:
    one = office.add(State.RUNNING)
    journal = office.journal(one, SWITCH)
    journal.open()
    journal.close(DONE)
    after = office.find(one.id)

    again = office.journal(one, SWITCH)
    assert again.open().outcome == DONE
    again.close(Outcome(ending=Ending.FAILED, seen="no"))

    assert office.find(one.id) == after
    assert office.rows(one.id)[SWITCH].attempts == 1
    assert office.story(one.incident).count(f"OP-1: {SWITCH}: green has the traffic") == 1


def test_an_attempt_that_was_overtaken_records_nothing(office: Office) -> None:
    one = office.add(State.RUNNING)
    late, now = office.journal(one, SWITCH), office.journal(one, SWITCH)
    late.open()
    now.open()
    late.close(Outcome(ending=Ending.FAILED, seen="too late"))
    assert office.rows(one.id)[SWITCH].state is StepState.RUNNING
    now.close(DONE)
    assert office.rows(one.id)[SWITCH].seen == DONE.seen


def test_of_racing_attempts_each_has_its_number(office: Office) -> None:
    one = office.add(State.RUNNING)
    numbers: list[int] = []

    def attempt() -> None:
        numbers.append(office.journal(one, SWITCH).open().number)

    racers = [threading.Thread(target=attempt) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(numbers) == [1, 2, 3, 4]


def test_traffic_moved_where_a_decisive_step_acted(office: Office) -> None:
    incident = office.incident()
    for ending in Ending:
        steps = (step("drain"), step(decisive=True))
        one = office.add(State.RUNNING, incident=incident, plan=plan(ending.name, steps=steps))
        office.does(one, "drain")
        assert office.find(one.id).switched_at is None
        office.does(one, SWITCH, ending)
        moved = ending in (Ending.DONE, Ending.ALREADY, Ending.STOPPED, Ending.LATE)
        assert (office.find(one.id).switched_at == office.at) is moved


def test_an_undo_has_a_row_of_its_own_and_no_stop_stops_it(office: Office) -> None:
    stop = Stop(actor=ADA, at=office.at, why="wrong one")
    one = office.add(State.RUNNING, stop=stop, plan=plan(steps=(step(), step(f"undo {SWITCH}"))))
    assert office.journal(one, SWITCH).stop_wanted() == f"@{ADA} stopped it: wrong one"
    back = office.journal(one, SWITCH, undo=True)
    assert back.stop_wanted() is None
    back.open()
    back.close(DONE)
    assert office.rows(one.id)[f"undo {SWITCH}"].state is StepState.DONE
    assert office.rows(one.id)[SWITCH].state is StepState.WAITING
    assert office.find(one.id).switched_at is None


def test_a_cancelled_step_is_skipped_and_not_told(office: Office) -> None:
    one = office.add(State.RUNNING)
    before = office.story(one.incident)
    office.does(one, SWITCH, Ending.CANCELLED)
    assert office.rows(one.id)[SWITCH].state is StepState.SKIPPED
    assert office.story(one.incident) == before


@pytest.mark.parametrize("ending", [Ending.LATE, Ending.STOPPED, Ending.CANCELLED])
def test_connections_that_stay_are_called_for_unless_somebody_wanted_it_so(
    office: Office, ending: Ending
) -> None:
    drain = step("drain", action="drain", optional=True, beside=True)
    one = office.add(State.RUNNING, plan=plan(steps=(step(decisive=True), drain)))
    office.does(one, "drain", ending)
    told = f"OP-1: old connections of graphql-api are NOT drained: drain: {ending}."
    assert [call.text for call in office.calls()] == [told] * (ending is Ending.LATE)


@pytest.mark.parametrize("ending", [Ending.STUCK, Ending.CONFLICT])
def test_what_may_fail_leaves_nobody_stuck_but_somebody_hears_of_it(
    office: Office, ending: Ending
) -> None:
    one = office.add(State.RUNNING, plan=plan(steps=(FREEZE, POINT, step(decisive=True))))
    office.does(one, "freeze", ending)
    office.does(one, "restore point", ending)
    assert office.rows(one.id)["freeze"].state is StepState.FAILED
    again = "It is tried again every 15 s."
    assert [(call.level, call.text) for call in office.calls()] == [
        (2, f"OP-1: deploys of graphql-api are NOT frozen: freeze: {ending}. {again}"),
        (2, f"OP-1: NO restore point of graphql-api: restore point: {ending}."),
    ]
    assert office.frozen() == []
    office.does(one, SWITCH, ending)
    assert office.rows(one.id)[SWITCH].state is StepState.STUCK


def test_a_freeze_stands_until_it_is_lifted(office: Office) -> None:
    thaw = step("unfreeze", action="unfreeze_deploys")
    one = office.add(State.RUNNING, plan=plan(steps=(FREEZE, thaw)), approved_by=ADA)
    office.does(one, "freeze")
    (freeze,) = office.frozen()
    assert (freeze.component, freeze.actor, freeze.operation) == ("graphql-api", ADA, one.id)
    assert freeze.remind_at == office.at + office.catalogue.policy.remind_frozen_after
    office.does(one, "unfreeze")
    assert office.frozen() == []


def test_what_was_frozen_already_is_the_freeze_of_who_froze_it(office: Office) -> None:
    one = office.add(State.RUNNING, plan=plan(steps=(FREEZE,)), approved_by=GRACE)
    office.does(one, "freeze")
    (there,) = office.frozen()
    with office.db.write() as tx:
        locks.release(tx, one.id)
    office.later(hours=23)
    other = office.add(State.RUNNING, plan=plan(steps=(FREEZE,)))
    office.does(other, "freeze", Ending.ALREADY)

    assert office.frozen() == [there]
    with office.db.read() as tx:
        assert "unfreeze production graphql-api" in still_frozen(tx, one)
        assert still_frozen(tx, other) == (
            f". Deploys of graphql-api stood still before, by OP-1 of @{GRACE}"
        )


def test_a_freeze_that_nobody_remembers_is_known_again(office: Office) -> None:
    one = office.add(State.RUNNING, plan=plan(steps=(FREEZE,)))
    office.does(one, "freeze", Ending.ALREADY)
    assert [freeze.operation for freeze in office.frozen()] == [one.id]


def test_a_freeze_is_reminded_of_on_the_incident_that_is_left(office: Office) -> None:
    one = office.add(State.RUNNING, plan=plan(steps=(FREEZE,)))
    other = office.incident()
    office.does(one, "freeze")
    office.say(f"incident merge INC-{one.incident} INC-{other}")
    assert [freeze.incident for freeze in office.frozen()] == [other]


def test_what_is_frozen_in_part_stands_still_and_somebody_hears_of_the_rest(office: Office) -> None:
    one = office.add(State.RUNNING, plan=plan(steps=(FREEZE,)))
    office.does(one, "freeze", Ending.LATE)
    (freeze,) = office.frozen()
    assert (freeze.component, freeze.operation) == ("graphql-api", one.id)
    assert len(office.calls()) == 1


def test_what_was_interrupted_for_hours_goes_no_further_by_itself(office: Office) -> None:
    """Its time is what its plan may take, and as long again as an approval lasts."""
    slow = plan(steps=(step(seconds=300),))
    one = office.add(State.RUNNING, plan=slow, started_at=office.at)
    office.later(minutes=14, seconds=59)
    assert office.journal(one, SWITCH).stop_wanted() is None

    office.later(seconds=1)
    said = office.journal(one, SWITCH).stop_wanted()
    assert said == "it began 15 min ago, and was not approved to go on so late"
    assert office.journal(one, SWITCH, undo=True).stop_wanted() is None


def test_what_moved_traffic_is_brought_to_its_end_however_late(office: Office) -> None:
    one = office.add(State.RUNNING, plan=plan(), started_at=office.at, switched_at=office.at)
    office.later(hours=6)
    assert office.journal(one, SWITCH).stop_wanted() is None
