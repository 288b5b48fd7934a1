"""A freeze is called to mind until somebody lifts it, and in the end has to be answered for."""

from datetime import timedelta

import pytest

from bot.flows.freezes import FreezeLoop
from bot.store import freezes
from bot.store.freezes import Freeze
from tests.flows.operations.office import ADA, Office

TOLD = (
    "deploys of graphql-api in production have stood still for {} (OP-1: until the review); "
    "`unfreeze production graphql-api` lifts it"
)


@pytest.fixture
def loop(office: Office) -> FreezeLoop:
    return FreezeLoop(office.db, lambda: office.catalogue, lambda: office.at, lambda: None)


def frozen(office: Office) -> int:
    one = office.add()
    freeze = Freeze(
        environment="production", component="graphql-api", operation=one.id,
        incident=one.incident, actor=ADA, why="until the review", at=office.at,
        remind_at=office.at + timedelta(hours=1),
    )  # fmt: skip
    with office.db.write() as tx:
        freezes.put(tx, freeze)
    return one.incident


def test_it_is_called_to_mind_every_hour(office: Office, loop: FreezeLoop) -> None:
    incident = frozen(office)
    office.later(minutes=59)
    loop.turn()
    office.later(minutes=1)
    for _ in range(2):
        loop.turn()
    office.later(hours=1)
    loop.turn()
    said = [line for line in office.story(incident) if line.startswith("deploys")]
    assert said == [TOLD.format("1 h"), TOLD.format("2 h")]
    assert office.calls() == []


def test_after_a_day_somebody_has_to_answer_for_it_once(office: Office, loop: FreezeLoop) -> None:
    incident = frozen(office)
    office.later(hours=24)
    loop.turn()
    office.later(hours=1)
    loop.turn()
    (call,) = office.calls()
    assert (call.incident_id, call.level, call.text) == (incident, 3, TOLD.format("1 d"))


def test_what_was_lifted_is_forgotten(office: Office, loop: FreezeLoop) -> None:
    incident = frozen(office)
    with office.db.write() as tx:
        freezes.lift(tx, "production", ["graphql-api"])
    office.later(hours=30)
    loop.turn()
    assert not any(line.startswith("deploys") for line in office.story(incident))
