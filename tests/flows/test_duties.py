"""What operations left to be done later is done once, tried again, and at last called for."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from bot.actions.registry import ACTIONS
from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.operations.operating import Move, ended
from bot.domain.operations.operation import Operation, State
from bot.flows.duties import MOST_TRIES, TRIES, DutyLoop
from bot.flows.operations.reminding import Reminding
from bot.ports.action import Found, Standing
from bot.ports.trouble import Overtaken
from bot.ports.world import World
from bot.store import duties
from tests.domain.operations.made import plan
from tests.flows.operations.office import Office

NAME = "restore the minimum of graphql-api"
ARGS = {"namespace": "production", "deployment": "graphql-api-green", "scaler": "green"}


@dataclass
class Scaler:
    """Stands in for the action: a minimum that is raised until it acts."""

    raised: bool = True
    troubles: list[Exception] = field(default_factory=list)
    unknown: bool = False
    acted: list[str] = field(default_factory=list)
    args: type = field(default=ACTIONS["restore_minimum"].args)

    def probe(self, world: World, args: object, key: str) -> Found:
        if self.unknown:
            return Found(standing=Standing.UNKNOWN, seen="Kubernetes does not answer")
        standing = Standing.NOT_DONE if self.raised else Standing.DONE
        return Found(standing=standing, seen="raised" if self.raised else "back at 3")

    verify = probe

    def act(self, world: World, args: object, key: str) -> None:
        self.acted.append(key)
        if self.troubles:
            raise self.troubles.pop(0)
        self.raised = False


@pytest.fixture
def scaler() -> Scaler:
    return Scaler()


@pytest.fixture
def turn(office: Office, scaler: Scaler) -> Callable[[], float]:
    world, actions = World(now=lambda: office.at), {"restore_minimum": scaler}
    reminding = Reminding(office.record, lambda: office.catalogue)
    return DutyLoop(office.db, world, lambda: None, reminding, actions).turn


def left(office: Office, *components: str, **fields: object) -> Operation:
    state = fields.pop("state", State.SUCCEEDED)
    one = office.add(state, plan=plan(*components), closed_at=office.at, **fields)
    with office.db.write() as tx:
        duties.leave(tx, one.id, NAME, action="restore_minimum", args=ARGS, due_at=office.at)
        duties.leave(tx, one.id, NAME, action="restore_minimum", args=ARGS, due_at=office.at)
    return one


def test_it_is_done_once_when_it_is_due(
    office: Office, scaler: Scaler, turn: Callable[[], float]
) -> None:
    one = left(office)
    office.later(seconds=-1)
    turn()
    assert scaler.acted == []
    office.later(seconds=1)
    for _ in range(2):
        turn()
    assert scaler.acted == ["duty:1"]
    assert [row.done_at is not None for row in office.duties()] == [True]
    assert office.story(one.incident).count(f"{one.name}: {NAME}: back at 3") == 1


def test_what_is_so_already_is_not_done_again(
    office: Office, scaler: Scaler, turn: Callable[[], float]
) -> None:
    """As after a crash between the act and its note."""
    left(office)
    scaler.raised = False
    turn()
    assert scaler.acted == []
    assert office.due() == []


def test_nobody_acts_on_what_nobody_can_see(
    office: Office, scaler: Scaler, turn: Callable[[], float]
) -> None:
    left(office)
    scaler.unknown = True
    turn()
    assert scaler.acted == []
    assert [row.failures for row in office.duties()] == [1]


@pytest.mark.parametrize(
    "trouble", [Unavailable("away"), Overtaken("no"), Refused("no"), GiveUp("403")]
)
def test_trouble_is_tried_again_later(
    office: Office, scaler: Scaler, turn: Callable[[], float], trouble: Exception
) -> None:
    left(office)
    scaler.troubles = [trouble]
    turn()
    turn()
    assert len(scaler.acted) == 1
    office.later(seconds=10)
    turn()
    assert (len(scaler.acted), scaler.raised) == (2, False)
    assert office.calls() == []


@pytest.mark.parametrize("for_good", [False, True])
def test_after_some_tries_a_person_is_called_once(
    office: Office, scaler: Scaler, turn: Callable[[], float], *, for_good: bool
) -> None:
    left(office)
    trouble = GiveUp("It may not.") if for_good else Unavailable("It is away.")
    scaler.troubles = [trouble] * 50
    for _ in range(TRIES + 3):
        turn()
        office.later(minutes=6)

    (call,) = office.calls()
    ends = "It is not tried again." if for_good else "It is tried on."
    assert call.text == f"OP-1 left something undone, {NAME}: {trouble} {ends}"
    assert call.level == 3
    assert len(scaler.acted) == (TRIES if for_good else TRIES + 3)


def test_after_a_day_it_is_that_person_s(
    office: Office, scaler: Scaler, turn: Callable[[], float]
) -> None:
    left(office)
    scaler.troubles = [Unavailable("It is gone.")] * (MOST_TRIES + 9)
    for _ in range(MOST_TRIES + 3):
        turn()
        office.later(minutes=6)

    assert len(scaler.acted) == MOST_TRIES
    assert [call.text.endswith("It is not tried again.") for call in office.calls()] == [
        False,
        True,
    ]
    assert office.due() == []


def test_it_keeps_out_of_the_way_of_another_operation(
    office: Office, scaler: Scaler, turn: Callable[[], float]
) -> None:
    left(office)
    other = office.add(State.RUNNING)
    for _ in range(3):
        turn()
        office.later(minutes=1)
    assert scaler.acted == []
    assert [row.failures for row in office.duties()] == [0]
    with office.db.write() as tx:
        duties.leave(
            tx, other.id, NAME, action="restore_minimum", args=ARGS,
            due_at=office.later(minutes=30),
        )  # fmt: skip
    office.say(f"operation cancel {other.name}")
    office.later(minutes=-29)
    office.record.keep(other.id, lambda _, found: _over(office, found))
    turn()

    assert scaler.acted == []
    first, second = office.duties()
    assert (first.done_at is not None, second.done_at) == (True, None)
    assert f"OP-1: {NAME}: left to OP-2" in office.story(1)
    office.later(minutes=29)
    turn()
    assert scaler.acted == ["duty:2"]


def _over(office: Office, found: Operation) -> Move:
    return ended(found, State.SUCCEEDED, "done", office.at)
