"""An incident resolves while an operation on it is asked for, or begins."""

import threading
from dataclasses import replace

import pytest

from bot.domain.operations.operation import Request
from bot.domain.operations.plan import Kind as What
from bot.flows.intake.placing import receive_all
from bot.flows.intake.writer import Intake
from bot.flows.operations import deciding
from bot.store import database as doors
from bot.store.database import Conflict
from tests.flows.cards.desk import alert
from tests.flows.keeping import ON, kept, quiets
from tests.flows.operations.office import ADA, Office, asker


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
