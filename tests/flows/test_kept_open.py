"""An incident does not resolve by itself while an operation of it may still need it."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.incidents.incident import State as Life
from bot.domain.incidents.pagerduty import Event, Happened
from bot.domain.incidents.timeline import BOT, Kind
from bot.domain.operations import operating
from bot.domain.operations.operation import Operation, Request, State
from bot.domain.operations.plan import Kind as What
from bot.flows.clock import Clock
from bot.flows.intake import pagerduty
from bot.flows.intake.placing import receive_all
from bot.flows.intake.writer import Intake
from bot.flows.operations import deciding
from bot.store import database as doors
from bot.store import incidents
from bot.store.database import Conflict
from tests.flows.cards.desk import alert
from tests.flows.operations.office import ADA, Office, asker

ON = {"environment": "production", "component": "graphql-api"}
UNFINISHED = (
    State.AWAITING_APPROVAL, State.APPROVED, State.RUNNING, State.UNDOING,
    State.AWAITING_DECISION, State.STUCK,
)  # fmt: skip


def quiets(office: Office) -> None:
    """What fired ends."""
    office.later(minutes=1)
    office.desk.tell(alert("Down", resolved=office.at, **ON))


def ticks(office: Office) -> None:
    """The clock's loop turns once, a second later."""
    office.later(seconds=1)
    clock = Clock(office.db, lambda: office.at, lambda: None)
    clock.turn()
    clock.stop()


def ends(office: Office, one: Operation, state: State = State.SUCCEEDED) -> None:
    office.record.keep(one.id, lambda _, found: operating.ended(found, state, "done", office.at))


def kept(office: Office, number: int) -> list[str]:
    story = office.desk.story(f"INC-{number}")
    return [entry.text for entry in story if entry.kind is Kind.KEPT_OPEN]


@pytest.mark.parametrize("state", UNFINISHED)
def test_it_stays_open_until_its_operation_is_over(office: Office, state: State) -> None:
    number = office.incident(component="graphql-api")
    one = office.add(state, incident=number)

    quiets(office)
    for _ in range(3):
        ticks(office)
    assert office.told(number).is_open
    assert kept(office, number) == [
        f"its last alert resolved; it stays open until {one.name} is over"
    ]

    ends(office, one)
    ticks(office)
    after = office.told(number)
    assert (after.state, after.resolved_by) == (Life.RESOLVED, BOT)
    assert office.story(number)[-1] == "nothing fires any more, and its operations are over"


def test_what_still_waits_for_a_person_is_not_over(office: Office) -> None:
    number = office.incident(component="graphql-api")
    one = office.add(State.RUNNING, incident=number)
    quiets(office)

    ends(office, one, State.AWAITING_DECISION)
    ticks(office)
    assert office.told(number).is_open

    office.say(f"operation close {one.name}")
    ticks(office)
    assert not office.told(number).is_open


def test_all_of_its_operations_count_and_no_others(office: Office) -> None:
    number = office.incident(component="graphql-api")
    office.add(State.RUNNING)
    one, other = (office.add(State.AWAITING_APPROVAL, incident=number) for _ in range(2))
    quiets(office)
    assert kept(office, number)[0].endswith(f"until {one.name} and {other.name} are over")

    for each in (one, other):
        assert office.told(number).is_open
        ends(office, each)
        ticks(office)
    assert not office.told(number).is_open


def test_an_operation_that_is_over_keeps_nothing_open(office: Office) -> None:
    number = office.incident(component="graphql-api")
    ends(office, office.add(State.RUNNING, incident=number))

    quiets(office)

    assert not office.told(number).is_open


def test_what_fires_again_meanwhile_has_to_end_first(office: Office) -> None:
    number = office.incident(component="graphql-api")
    one = office.add(State.AWAITING_DECISION, incident=number)
    quiets(office)
    office.later(minutes=1)
    office.desk.fire("Other", **ON)

    ends(office, one)
    ticks(office)
    assert office.told(number).is_open

    office.desk.tell(alert("Other", resolved=office.later(minutes=20), **ON))
    assert not office.told(number).is_open


def test_a_persons_resolve_stands_at_once(office: Office) -> None:
    number = office.incident(component="graphql-api")
    one = office.add(State.STUCK, incident=number)
    quiets(office)

    office.say(f"resolve INC-{number}")
    assert office.told(number).resolved_by_hand

    before = office.story(number)
    ends(office, one)
    ticks(office)
    assert Kind.RESOLVED not in [
        entry.kind for entry in office.desk.story(f"INC-{number}")[len(before) :]
    ]


def test_after_its_quiet_minutes_it_waits_for_the_operation_too(office: Office) -> None:
    number = office.incident(component="graphql-api")
    quiets(office)
    office.desk.tell(replace(alert("Down", **ON), starts_at=office.later(minutes=1)))
    quiets(office)
    assert office.told(number).flaps
    one = office.add(State.RUNNING, incident=number)

    office.later(minutes=10)
    for _ in range(3):
        ticks(office)
    assert kept(office, number) == [f"10 quiet minutes; it stays open until {one.name} is over"]

    ends(office, one)
    ticks(office)
    assert not office.told(number).is_open


def test_who_takes_a_quiet_incident_over_waits_as_it_did(office: Office) -> None:
    number = office.incident(component="graphql-api")
    one = office.add(State.RUNNING, incident=number)
    quiets(office)
    target = office.incident()

    assert office.say(f"incident merge INC-{number} INC-{target}").status == 0
    ticks(office)
    assert office.told(target).is_open

    ends(office, one)
    ticks(office)
    assert not office.told(target).is_open


def test_what_flapped_flaps_in_the_incident_that_takes_it_over(office: Office) -> None:
    number = office.incident(component="graphql-api")
    quiets(office)
    office.desk.tell(replace(alert("Down", **ON), starts_at=office.later(minutes=1)))
    quiets(office)
    target = office.incident()

    assert office.say(f"incident merge INC-{number} INC-{target}").status == 0
    office.later(minutes=10)
    ticks(office)

    assert office.story(target)[-1] == "10 quiet minutes"


def resolved_in_pagerduty(office: Office, number: int, actor: str) -> None:
    at = office.later(minutes=1)
    told = Event(
        id=f"E{actor}", happened=Happened.RESOLVED, occurred_at=at, actor=actor, incident="Q1",
        key="", title="Down", urgency="high", service="", created_at=at - timedelta(minutes=1),
        url="",
    )  # fmt: skip
    with office.db.write() as tx:
        ours = incidents.find(tx, number)
        assert ours is not None
        pagerduty._link(tx, ours, told, at)  # noqa: SLF001 - as its trigger had done
        pagerduty.apply(tx, told, office.catalogue, at)


def test_pagerduty_by_itself_does_not_end_it_either(office: Office) -> None:
    number = office.incident(component="graphql-api")
    one = office.add(State.AWAITING_DECISION, incident=number)

    resolved_in_pagerduty(office, number, BOT)
    assert office.told(number).is_open
    assert kept(office, number) == [
        f"PagerDuty incident Q1 was resolved; it stays open until {one.name} is over"
    ]

    ends(office, one)
    ticks(office)
    assert office.told(number).is_open, "it still fires"
    quiets(office)
    assert not office.told(number).is_open


def test_a_person_in_pagerduty_ends_it_at_once(office: Office) -> None:
    number = office.incident(component="graphql-api")
    office.add(State.AWAITING_DECISION, incident=number)

    resolved_in_pagerduty(office, number, "pagerduty:P1")

    assert office.told(number).resolved_by == "pagerduty:P1"


def test_an_operation_is_not_asked_for_on_what_just_ended(office: Office) -> None:
    """Who asked read it as open; the verb is answered again, on what is there then."""
    number = office.incident(component="graphql-api")
    stale = office.told(number)
    quiets(office)

    with pytest.raises(Conflict), office.db.write() as tx:
        deciding.ask(
            tx, office.catalogue, kind=What.RESTART, request=Request(components=("graphql-api",)),
            environment="production", incident=stale, who=asker(ADA), now=office.at,
        )  # fmt: skip


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer waits as long as it takes for another."""
    monkeypatch.setattr(doors, "LOCK_SECONDS", 30)


@pytest.mark.usefixtures("patient")
def test_what_is_asked_for_while_it_resolves_finds_another_incident(office: Office) -> None:
    number = office.incident(component="graphql-api")
    house = replace(office.desk.house, operations_on=True)
    office.desk.asking = replace(office.desk.asking, house=house)
    over = alert("Down", resolved=office.later(minutes=1), **ON)
    asks = threading.Thread(target=office.say, args=("restart graphql-api",))

    with office.db.write() as tx:
        receive_all(tx, [[over]], office.catalogue, office.at)
        asks.start()
        asks.join(0.3)
    asks.join()

    assert not office.told(number).is_open
    asked = office.find(1)
    assert asked.incident != number
    assert office.told(asked.incident).is_open


@pytest.mark.usefixtures("patient")
def test_what_resolves_while_an_operation_begins_looks_again(office: Office) -> None:
    number = office.incident(component="graphql-api")
    intake = Intake(
        office.db, lambda: office.catalogue, lambda: office.at, lambda: None, lambda *_: None
    )
    receipt = intake.submit([alert("Down", resolved=office.later(minutes=1), **ON)])
    resolves = threading.Thread(target=intake.turn)

    with office.db.write() as tx:
        asked = deciding.ask(
            tx, office.catalogue, kind=What.RESTART, request=Request(components=("graphql-api",)),
            environment="production", incident=office.told(number), who=asker(ADA), now=office.at,
        )  # fmt: skip
        resolves.start()
        resolves.join(0.3)
    resolves.join()

    assert receipt.result(0).incidents == (f"INC-{number}",)
    assert office.told(number).is_open
    assert kept(office, number)[0].endswith(f"until {asked.name} is over")
