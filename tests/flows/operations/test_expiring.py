"""A rollback's snapshot is deleted when it is old; nobody is called because one stays."""

from datetime import UTC, datetime

import pytest

from bot.domain.ops_data.restore_point import Provider
from bot.flows.duties import DutyLoop
from bot.flows.operations.expiring import MOST, TOLD_AFTER
from bot.ports.world import World
from sandbox.aws.server import AwsTwin
from tests.flows.operations.office import Office
from tests.flows.operations.snapshot_stage import LONG, NAMES, POINT, loop, taken, took

RIGHT = "rds:DeleteDBSnapshot"


def aged(office: Office, duties: DutyLoop) -> None:
    """Until just before its snapshot is old."""
    office.later(seconds=LONG + 1)
    duties.turn()
    kept = office.catalogue.policy.restore_points_kept
    office.later(seconds=kept.total_seconds() - LONG - 2)
    duties.turn()


def tried(office: Office, duties: DutyLoop, times: int) -> None:
    for _ in range(times):
        office.later(hours=6, seconds=1)
        duties.turn()


def told(office: Office, incident: int) -> list[str]:
    start = f"OP-1: delete {POINT}: "
    return [text.removeprefix(start) for text in office.story(incident) if text.startswith(start)]


@pytest.mark.parametrize("provider", [Provider.RDS, Provider.AURORA])
def test_it_is_deleted_once_it_is_old(
    office: Office, aws: AwsTwin, world: World, provider: Provider
) -> None:
    aws.databases.delete_snapshots_in(600)
    one = taken(office, world, provider)
    duties = loop(office, world)
    aged(office, duties)
    assert [each.id for each in aws.snapshots()] == ["cf-rb-1"]

    office.later(seconds=1)
    for _ in range(2):
        duties.turn()

    assert len(aws.effects()) == 2
    assert told(office, one.incident) == [
        f"deleted: snapshot cf-rb-1 of {NAMES[provider]} is being deleted, 100 %"
    ]
    assert office.due() == []
    office.later(seconds=600)
    assert aws.snapshots() == []


def test_it_is_deleted_too_where_nobody_heard_that_it_was_begun(
    office: Office, aws: AwsTwin, world: World
) -> None:
    """Beside recovery to minutes ago it is tried once, and the step counts as one without."""
    aws.account.databases.databases["orders"].backup_retention_period = 7
    aws.faults.lose_answer("POST", "CreateDBSnapshot")
    _, outcome = took(office, world)
    assert "no snapshot beside it" in outcome.seen
    duties = loop(office, world)
    aged(office, duties)
    assert [each.id for each in aws.snapshots()] == ["cf-rb-1"]
    tried(office, duties, 1)
    assert aws.snapshots() == []


def test_where_none_was_taken_nothing_is_told(office: Office, aws: AwsTwin, world: World) -> None:
    aws.databases.set_status("orders", "backing-up")
    aws.databases.set_restorable("orders", datetime(2026, 1, 1, tzinfo=UTC))
    one = taken(office, world)
    duties = loop(office, world)
    aged(office, duties)
    tried(office, duties, 1)
    assert office.due() == []
    assert told(office, one.incident) == []


def test_a_lost_answer_deletes_nothing_twice(office: Office, aws: AwsTwin, world: World) -> None:
    taken(office, world)
    duties = loop(office, world)
    aged(office, duties)
    aws.faults.lose_answer("POST", "DeleteDBSnapshot")
    tried(office, duties, 2)
    assert aws.snapshots() == []
    assert len(aws.effects()) == 2
    assert office.due() == []


def test_what_keeps_it_is_told_after_a_day_and_it_goes_once_that_is_mended(
    office: Office, aws: AwsTwin, world: World
) -> None:
    one = taken(office, world)
    duties = loop(office, world)
    aged(office, duties)
    aws.identity.deny(RIGHT)
    tried(office, duties, TOLD_AFTER + 2)

    (words,) = told(office, one.incident)
    assert words.startswith("not yet, and tried on for a month: AWS does not allow")
    assert RIGHT in words
    assert office.calls() == []

    aws.identity.allow(RIGHT)
    tried(office, duties, 1)
    assert aws.snapshots() == []


def test_after_a_month_it_stays(office: Office, aws: AwsTwin, world: World) -> None:
    one = taken(office, world)
    duties = loop(office, world)
    aged(office, duties)
    aws.identity.deny(RIGHT)
    tried(office, duties, MOST + 1)

    first, last = told(office, one.incident)
    assert (first.startswith("not yet"), last.startswith("it stays")) == (True, True)
    assert office.due() == []
    assert office.calls() == []


def test_one_whose_mark_was_taken_off_is_kept(office: Office, aws: AwsTwin, world: World) -> None:
    """So somebody who wants to keep one says it."""
    one = taken(office, world)
    duties = loop(office, world)
    aged(office, duties)
    aws.account.databases.database_snapshots["cf-rb-1"].tags.clear()
    tried(office, duties, 2)

    assert told(office, one.incident) == [
        "kept: snapshot cf-rb-1 of orders is there, 100 %, and carries no operation's mark any more"
    ]
    assert [each.id for each in aws.snapshots()] == ["cf-rb-1"]
    assert office.due() == []
