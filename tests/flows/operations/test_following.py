"""A snapshot that was not waited for is followed until it is there, and deleted when it is old."""

import time
from collections.abc import Iterator

import pytest

from bot.actions.registry import ACTIONS
from bot.actions.take_restore_point import Args
from bot.adapters.aws.account import AwsAccount
from bot.adapters.aws.restore_points import AURORA, RDS, RestorePoints
from bot.cards.operation import Around, OperationView, operation_blocks
from bot.domain.operations.operating import ended
from bot.domain.operations.operation import Operation, State, StepState
from bot.domain.ops_data.restore_point import Provider
from bot.engine.guarded import Guard
from bot.engine.outcome import Ending
from bot.flows.duties import TRIES, DutyLoop
from bot.flows.operations.reminding import Reminding
from bot.ports.world import World
from sandbox.aws.seed import Engine, Seed
from sandbox.aws.server import AwsTwin
from tests.domain.operations.made import plan, step
from tests.flows.operations.office import Office

LONG = 2400.0  # seconds that the snapshot takes
POINT = "restore point of postgresql"


class Free:
    """A run that nobody takes away and whose pauses are short."""

    def hold(self) -> None: ...

    def pause(self, seconds: float) -> None: ...


class Account:
    """AWS, whose time goes on with the office's."""

    def __init__(self, office: Office) -> None:
        self._office, self._began, self._started = office, office.at, time.time()
        databases = (Engine(name="orders", multi_az=True),)
        clusters = (Engine(name="users"),)
        seed = Seed(databases=databases, clusters=clusters, images=())
        self.twin = AwsTwin(seed=seed, clock=self._clock)
        self.twin.databases.take_snapshots_in(LONG)

    def _clock(self) -> float:
        return self._started + (self._office.at - self._began).total_seconds()


@pytest.fixture
def aws(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsTwin]:
    with Account(office).twin as twin:
        for name, value in twin.environment().items():
            monkeypatch.setenv(name, value)
        yield twin


@pytest.fixture
def world(office: Office, aws: AwsTwin) -> Iterator[World]:
    account = AwsAccount(aws.account.region)
    doors = {words.provider: RestorePoints(account, words) for words in (RDS, AURORA)}
    yield World(now=lambda: office.at, snapshots=doors)
    account.forget()


def loop(office: Office, world: World) -> DutyLoop:
    reminding = Reminding(office.record, lambda: office.catalogue)
    return DutyLoop(office.db, world, lambda: None, reminding)


def taken(office: Office, world: World, provider: Provider = Provider.RDS) -> Operation:
    """A rollback that began its snapshot, and is done before that is there."""
    name = "orders" if provider is Provider.RDS else "users"
    args = {"component": "postgresql", "provider": provider.value, "name": name, "id": "cf-rb-1"}
    point = step(
        POINT, action="take_restore_point", component="postgresql", args=args, stage=0,
        optional=True, does="Sees that the data can be brought back",
    )  # fmt: skip
    one = office.add(State.RUNNING, plan=plan(steps=(point, step(decisive=True))))
    outcome = Guard(
        run=Free(), action=ACTIONS["take_restore_point"], world=world,
        args=Args(**{**args, "provider": provider}), key=f"{one.run_id}/{POINT}",
        journal=office.journal(one, POINT),
    ).through()  # fmt: skip
    assert outcome.well, outcome
    office.record.keep(one.id, lambda _, found: ended(found, State.SUCCEEDED, "done", office.at))
    return office.find(one.id)


def card(office: Office, one: Operation) -> str:
    view = OperationView(operation=one, progress=list(office.rows(one.id).values()))
    around = Around(people={}, page="http://c/", base_url="http://c", environment="production")
    return str(operation_blocks([view], around, 6000))


@pytest.mark.parametrize("provider", [Provider.RDS, Provider.AURORA])
def test_one_that_takes_long_is_waited_for_without_a_failure_and_then_told(
    office: Office, world: World, provider: Provider
) -> None:
    one = taken(office, world, provider)
    following = loop(office, world)
    for _ in range(20):
        following.turn()
        office.later(seconds=15)
    assert [(each.failures, each.done_at) for each in office.duties()] == [(0, None)] * 2

    office.later(seconds=LONG)
    for _ in range(2):
        following.turn()

    told = f"{one.name}: {POINT}: snapshot cf-rb-1 of"
    assert len([text for text in office.story(one.incident) if text.startswith(told)]) == 2
    assert "is there" in office.rows(one.id)[POINT].seen
    assert office.due() == []
    assert office.calls() == []
    assert "NO restore point" not in card(office, office.find(one.id))


@pytest.mark.parametrize("how", ["fails", "goes"])
def test_where_none_comes_somebody_is_called_and_the_operation_says_so(
    office: Office, aws: AwsTwin, world: World, how: str
) -> None:
    aws.databases.fail_snapshots(int(how == "fails"))
    one = taken(office, world)
    following = loop(office, world)
    following.turn()
    assert office.calls() == []
    office.later(seconds=LONG + 1)
    if how == "goes":
        assert [each.id for each in aws.snapshots()] == ["cf-rb-1"]
        aws.account.databases.delete_db_snapshot("cf-rb-1")
    for _ in range(3):
        following.turn()
        office.later(minutes=1)

    seen = f"snapshot cf-rb-1 of orders {'has failed, 50 %' if how == 'fails' else 'is not there'}"
    (call,) = office.calls()
    assert (call.level, call.text.startswith("OP-1 went on without waiting for it")) == (3, True)
    assert f"there is NO {POINT}: {seen}." in call.text
    assert office.story(one.incident).count(f"{one.name}: there is NO {POINT}: {seen}") == 1
    assert office.rows(one.id)[POINT].state is StepState.FAILED
    assert f"NO restore point of postgresql: {seen}" in card(office, office.find(one.id))
    assert f"NO restore point of postgresql: {seen}" in office.say("operation show OP-1").text
    assert len(aws.effects()) == 1  # and it was not begun again


def test_somebody_is_called_where_nobody_can_tell_and_again_where_it_is_known(
    office: Office, aws: AwsTwin, world: World
) -> None:
    aws.databases.fail_snapshots()
    taken(office, world)
    aws.faults.status("POST", "/rds/", 503, times=TRIES)
    following = loop(office, world)
    for _ in range(TRIES):
        following.turn()
        office.later(minutes=5)
    (call,) = office.calls()
    assert "left something undone" in call.text
    office.later(seconds=LONG)
    following.turn()
    first, second = office.calls()
    assert first.text == call.text
    assert "there is NO restore point" in second.text


def aged(office: Office, following: DutyLoop) -> None:
    """Until just before its snapshot is old."""
    office.later(seconds=LONG + 1)
    following.turn()
    kept = office.catalogue.policy.restore_points_kept
    office.later(seconds=kept.total_seconds() - LONG - 2)
    following.turn()


@pytest.mark.parametrize("provider", [Provider.RDS, Provider.AURORA])
def test_it_is_deleted_once_it_is_old(
    office: Office, aws: AwsTwin, world: World, provider: Provider
) -> None:
    one = taken(office, world, provider)
    following = loop(office, world)
    aged(office, following)
    assert [each.id for each in aws.snapshots()] == ["cf-rb-1"]

    office.later(seconds=1)
    for _ in range(2):
        following.turn()

    assert aws.snapshots() == []
    assert len(aws.effects()) == 2
    name = "orders" if provider is Provider.RDS else "users"
    told = f"{one.name}: delete {POINT}: snapshot cf-rb-1 of {name} is not there"
    assert office.story(one.incident).count(told) == 1


def test_nobody_is_called_because_an_old_one_stays(
    office: Office, aws: AwsTwin, world: World
) -> None:
    one = taken(office, world)
    following = loop(office, world)
    aged(office, following)
    aws.identity.deny("rds:DeleteDBSnapshot")
    for _ in range(TRIES + 3):
        office.later(minutes=6)
        following.turn()

    assert office.calls() == []
    (told,) = [text for text in office.story(one.incident) if "not yet" in text]
    assert "AWS does not allow rds:DeleteDBSnapshot" in told
    assert told.endswith("It is not tried again.")
    assert [each.id for each in aws.snapshots()] == ["cf-rb-1"]


def test_what_took_none_has_none_to_delete(office: Office, world: World) -> None:
    point = step(POINT, action="take_restore_point", optional=True)
    one = office.add(State.RUNNING, plan=plan(steps=(point, step(decisive=True))))
    office.does(one, POINT, Ending.ALREADY)
    assert office.duties() == []
