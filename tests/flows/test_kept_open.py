"""An incident does not resolve by itself while an operation of it may still need it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.incidents.incident import State as Life
from bot.domain.incidents.pagerduty import Event, Happened
from bot.domain.incidents.timeline import BOT, Kind
from bot.domain.operations.operation import State
from bot.flows.intake import pagerduty
from bot.store import incidents
from tests.flows.cards.desk import alert
from tests.flows.keeping import ON, ends, kept, quiets, ticks
from tests.flows.operations.office import Office

UNFINISHED = (
    State.AWAITING_APPROVAL, State.APPROVED, State.RUNNING, State.UNDOING,
    State.AWAITING_DECISION, State.STUCK,
)  # fmt: skip


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
