"""Restore points of databases in AWS: the policy beside snapshots that take their time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
import pytest

from bot.actions.take_restore_point import ACTION, Args
from bot.adapters.aws import account
from bot.adapters.aws.account import AwsAccount
from bot.adapters.aws.restore_points import AURORA, RDS, RestorePoints
from bot.domain.errors import GiveUp, Unavailable
from bot.domain.ops_data.restore_point import Provider
from bot.engine.guarded import Guard
from bot.engine.outcome import Attempt, Outcome
from bot.ports.action import Standing
from bot.ports.trouble import DoneWithout
from bot.ports.world import World
from sandbox.aws.seed import Engine, Seed
from sandbox.aws.server import AwsTwin

KEY = "op:7:1/restore-point"
STUCK = datetime(2026, 1, 1, tzinfo=UTC)
TWO_ZONES, ONE_ZONE, CLUSTER = "two-zones", "one-zone", "cluster"


@dataclass
class Written:
    """A step of a run that nobody takes away, with its journal; `outcome` is how it was closed."""

    outcome: Outcome | None = None

    def through(self, world: World, args: Args) -> Outcome:
        guard = Guard(run=self, action=ACTION, world=world, args=args, key=KEY, journal=self)
        return guard.through()

    def hold(self) -> None: ...

    def pause(self, seconds: float) -> None: ...

    def open(self) -> Attempt:
        return Attempt(number=1, began_at=datetime.now(UTC))

    def stop_wanted(self) -> str | None:
        return None

    def close(self, outcome: Outcome) -> None:
        self.outcome = outcome


def of(name: str) -> Args:
    provider = Provider.AURORA if name == CLUSTER else Provider.RDS
    return Args(component="postgresql", provider=provider, name=name, id="cf-rb-7")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsTwin]:
    databases = Seed(
        databases=(
            Engine(name=TWO_ZONES, multi_az=True, retention=7),
            Engine(name=ONE_ZONE, retention=7),
        ),
        clusters=(Engine(name=CLUSTER, retention=7),),
        images=(),
    )
    with AwsTwin(seed=databases) as twin:
        for name, value in twin.environment().items():
            monkeypatch.setenv(name, value)
        twin.databases.take_snapshots_in(3600)
        yield twin


@pytest.fixture
def world(aws: AwsTwin) -> Iterator[World]:
    there = AwsAccount(aws.account.region)
    doors = {words.provider: RestorePoints(there, words) for words in (RDS, AURORA)}
    yield World(now=lambda: datetime.now(UTC), snapshots=doors)
    there.forget()


@pytest.mark.parametrize("stuck", [False, True])
@pytest.mark.parametrize("name", [TWO_ZONES, CLUSTER])
def test_a_snapshot_that_stalls_nothing_is_begun_and_not_waited_out(
    aws: AwsTwin, world: World, name: str, *, stuck: bool
) -> None:
    if stuck:
        aws.databases.set_restorable(name, STUCK)
    assert ACTION.probe(world, of(name), KEY).standing is Standing.NOT_DONE

    ACTION.act(world, of(name), KEY)

    found = ACTION.verify(world, of(name), KEY)
    assert found.standing is Standing.DONE
    assert "is being made" in found.seen
    assert found.going_on is stuck  # nobody needs to know what becomes of one beside another
    (made,) = aws.snapshots()
    assert (made.source, made.tags) == (name, {"candlefish:op": "op-7-1"})


def test_in_one_zone_recovery_to_minutes_ago_is_enough(aws: AwsTwin, world: World) -> None:
    assert ACTION.probe(world, of(ONE_ZONE), KEY).standing is Standing.DONE
    ACTION.act(world, of(ONE_ZONE), KEY)
    assert ACTION.verify(world, of(ONE_ZONE), KEY).standing is Standing.DONE
    assert aws.snapshots() == []


def test_in_one_zone_without_recovery_a_person_must_choose(aws: AwsTwin, world: World) -> None:
    aws.databases.set_restorable(ONE_ZONE, STUCK)
    with pytest.raises(GiveUp, match="a person must choose"):
        ACTION.act(world, of(ONE_ZONE), KEY)
    assert aws.snapshots() == []


def test_in_one_zone_it_is_taken_where_a_person_let_it_stall(aws: AwsTwin, world: World) -> None:
    aws.databases.set_restorable(ONE_ZONE, STUCK)
    args = msgspec.structs.replace(of(ONE_ZONE), may_stall=True)
    assert ACTION.probe(world, args, KEY).standing is Standing.NOT_DONE

    ACTION.act(world, args, KEY)

    found = ACTION.verify(world, args, KEY)
    assert (found.standing, found.going_on) == (Standing.DONE, True)
    assert [made.source for made in aws.snapshots()] == [ONE_ZONE]


def test_the_regular_backup_that_runs_counts(aws: AwsTwin, world: World) -> None:
    aws.databases.set_restorable(ONE_ZONE, STUCK)
    aws.databases.set_status(ONE_ZONE, "backing-up")
    assert ACTION.probe(world, of(ONE_ZONE), KEY).standing is Standing.DONE


@pytest.mark.parametrize("name", [TWO_ZONES, CLUSTER])
def test_a_lost_answer_makes_no_second_one(aws: AwsTwin, world: World, name: str) -> None:
    aws.databases.set_restorable(name, STUCK)
    aws.faults.lose_answer("POST", "/rds/CreateDB(Cluster)?Snapshot")
    with pytest.raises(Unavailable):
        ACTION.act(world, of(name), KEY)
    assert ACTION.probe(world, of(name), KEY).standing is Standing.DONE
    ACTION.act(world, of(name), KEY)
    assert len(aws.effects()) == 1


def test_a_full_account_stops_only_what_has_no_other_way_back(aws: AwsTwin, world: World) -> None:
    aws.databases.allow_snapshots(0)
    with pytest.raises(DoneWithout, match=r"no snapshot beside it: .*SnapshotQuotaExceeded"):
        ACTION.act(world, of(TWO_ZONES), KEY)
    assert ACTION.verify(world, of(TWO_ZONES), KEY).standing is Standing.DONE

    aws.databases.set_restorable(TWO_ZONES, STUCK)
    with pytest.raises(GiveUp, match="SnapshotQuotaExceeded"):
        ACTION.act(world, of(TWO_ZONES), KEY)


@pytest.mark.parametrize("what", ["CreateDBSnapshot", "DescribeDBSnapshots"])
def test_nobody_waits_for_an_answer_about_what_is_only_wished_for(
    monkeypatch: pytest.MonkeyPatch, aws: AwsTwin, world: World, what: str
) -> None:
    monkeypatch.setattr(account, "READ_SECONDS", 4.0)
    aws.faults.stall("POST", f"/rds/{what}", 60, times=10)

    outcome = Written().through(world, of(TWO_ZONES))

    assert outcome.well
    assert not outcome.going_on
    assert re.match(r"two-zones is restorable to \d\d:\d\d:\d\d UTC; ", outcome.seen)
    assert "AWS takes too long." in outcome.seen
    asked = [one for one in aws.journal.requests() if one.path == f"/rds/{what}"]
    assert len(asked) == 1  # and not answered: the step took one timeout and not more


def test_aws_that_is_away_is_unknown(aws: AwsTwin, world: World) -> None:
    aws.faults.status("POST", "/rds/", 503, times=10)
    for look in (ACTION.probe, ACTION.verify):
        assert look(world, of(TWO_ZONES), KEY).standing is Standing.UNKNOWN
