"""A snapshot that was not waited for is followed, and somebody hears of it where none comes."""

import pytest

from bot.cards.operation import Around, OperationView, operation_blocks
from bot.domain.operations.operation import Operation, StepState
from bot.domain.ops_data.restore_point import Provider
from bot.flows.duties import TRIES
from bot.ports.world import World
from sandbox.aws.server import AwsTwin
from tests.flows.operations.office import Office
from tests.flows.operations.snapshot_stage import LONG, POINT, loop, taken


def card(office: Office, one: Operation) -> str:
    view = OperationView(operation=one, progress=list(office.rows(one.id).values()))
    around = Around(people={}, page="http://c/", base_url="http://c")
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
