"""The clock forgets what was done long ago, and nothing that is still to be done."""

import pytest

from bot.flows.clock import Clock
from bot.store import calls, duties
from tests.flows.operations.office import Office


@pytest.fixture
def clock(office: Office) -> Clock:
    return Clock(office.db, lambda: office.at, lambda: None)


def called(office: Office, incident: int, key: str, *, made: bool) -> None:
    with office.db.write() as tx:
        calls.want(tx, key=key, incident=incident, level=3, text=key, now=office.at)
        if made:
            calls.made(tx, key, "made")


def owed(office: Office, operation: int, name: str, *, done: bool) -> None:
    with office.db.write() as tx:
        duties.leave(tx, operation, name, action="restart", args={}, due_at=office.at)
    number = office.duties()[-1].id
    if done:
        with office.db.write() as tx:
            duties.done(tx, number, office.at)


def test_calls_that_were_made_go_after_a_month(office: Office, clock: Clock) -> None:
    incident = office.incident()
    called(office, incident, "long ago", made=True)
    called(office, incident, "nobody answered", made=False)
    office.later(days=2)
    called(office, incident, "lately", made=True)
    office.later(days=28, seconds=1)
    clock.turn()
    assert [row.key for row in office.calls()] == ["nobody answered", "lately"]


def test_duties_that_are_done_go_after_a_month(office: Office, clock: Clock) -> None:
    one = office.add()
    owed(office, one.id, "long ago", done=True)
    owed(office, one.id, "still to do", done=False)
    office.later(days=2)
    owed(office, one.id, "lately", done=True)
    office.later(days=28, seconds=1)
    clock.turn()
    assert [row.name for row in office.duties()] == ["still to do", "lately"]


def test_the_number_of_a_forgotten_duty_is_not_given_again(office: Office, clock: Clock) -> None:
    """What it did was done under its number, and would count as done for another."""
    one = office.add()
    for name in ("first", "second"):
        owed(office, one.id, name, done=True)
    before = office.duties()[-1].id
    office.later(days=31)
    clock.turn()
    owed(office, one.id, "third", done=False)
    assert office.duties()[-1].id > before
    assert "first" not in [row.name for row in office.duties()]


def test_it_looks_once_an_hour(office: Office, clock: Clock) -> None:
    incident = office.incident()
    office.later(days=-30)
    called(office, incident, "long ago", made=True)
    office.later(days=30, minutes=59)
    clock.turn()
    assert len(office.calls()) == 1
    office.later(minutes=1)
    clock.turn()
    assert office.calls() == []
