"""Snapshots as RDS makes them: slow, one at a time, and refused in AWS's words."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.aws.seed import Engine
from sandbox.aws.server import AwsTwin
from tests.sandbox.aws.conftest import Client, Clock

DB = "candlefish-production"
CLUSTER = "candlefish-documents"


def snap(rds: Client, name: str, database: str = DB) -> dict[str, object]:
    answer = rds.create_db_snapshot(
        DBInstanceIdentifier=database,
        DBSnapshotIdentifier=name,
        Tags=[{"Key": "candlefish:op", "Value": "OP-1"}],
    )
    found: dict[str, object] = answer["DBSnapshot"]
    return found


def seen(rds: Client, name: str) -> tuple[str, int]:
    found = rds.describe_db_snapshots(DBSnapshotIdentifier=name)["DBSnapshots"][0]
    return found["Status"], found["PercentProgress"]


def status(rds: Client, database: str = DB) -> str:
    found = rds.describe_db_instances(DBInstanceIdentifier=database)["DBInstances"][0]
    return str(found["DBInstanceStatus"])


def test_a_snapshot_stays_creating_for_its_time(aws: AwsTwin, rds: Client, clock: Clock) -> None:
    aws.databases.take_snapshots_in(20)

    begun = snap(rds, "cf-rb-1")
    assert (begun["Status"], begun["PercentProgress"]) == ("creating", 0)
    assert status(rds) == "backing-up"

    clock.now += 10
    assert seen(rds, "cf-rb-1") == ("creating", 50)

    clock.now += 10
    assert seen(rds, "cf-rb-1") == ("available", 100)
    assert status(rds) == "available"


def test_a_second_snapshot_waits_for_the_first(aws: AwsTwin, rds: Client, clock: Clock) -> None:
    aws.databases.take_snapshots_in(20)
    snap(rds, "cf-rb-1")

    with pytest.raises(rds.exceptions.InvalidDBInstanceStateFault):
        snap(rds, "cf-rb-2")

    clock.now += 20
    assert snap(rds, "cf-rb-2")["Status"] == "creating"


def test_the_same_name_again_is_told_apart_from_a_busy_database(aws: AwsTwin, rds: Client) -> None:
    aws.databases.take_snapshots_in(20)
    snap(rds, "cf-rb-1")

    with pytest.raises(rds.exceptions.DBSnapshotAlreadyExistsFault):
        snap(rds, "cf-rb-1")

    assert len(aws.effects()) == 1


@pytest.mark.parametrize("busy", ["backing-up", "modifying", "stopped"])
def test_a_busy_database_takes_no_snapshot(aws: AwsTwin, rds: Client, busy: str) -> None:
    aws.databases.set_status(DB, busy)

    with pytest.raises(rds.exceptions.InvalidDBInstanceStateFault):
        snap(rds, "cf-rb-1")

    assert (status(rds), aws.snapshots()) == (busy, [])


def test_a_snapshot_may_fail(aws: AwsTwin, rds: Client, clock: Clock) -> None:
    aws.databases.take_snapshots_in(20)
    aws.databases.fail_snapshots()
    snap(rds, "cf-rb-1")

    clock.now += 20

    assert seen(rds, "cf-rb-1")[0] == "failed"
    assert status(rds) == "available"


def test_the_quota_counts_manual_snapshots(aws: AwsTwin, rds: Client) -> None:
    aws.databases.allow_snapshots(1)
    snap(rds, "cf-rb-1")

    with pytest.raises(rds.exceptions.SnapshotQuotaExceededFault):
        snap(rds, "cf-rb-2")


def test_what_was_taken_can_be_looked_at(aws: AwsTwin, rds: Client) -> None:
    snap(rds, "cf-rb-1")

    (taken,) = aws.snapshots()

    assert (taken.id, taken.source, taken.state) == ("cf-rb-1", DB, "available")
    assert taken.tags == {"candlefish:op": "OP-1"}


def test_a_snapshot_in_the_making_cannot_be_deleted(
    aws: AwsTwin, rds: Client, clock: Clock
) -> None:
    aws.databases.take_snapshots_in(20)
    snap(rds, "cf-rb-1")

    with pytest.raises(rds.exceptions.InvalidDBSnapshotStateFault):
        rds.delete_db_snapshot(DBSnapshotIdentifier="cf-rb-1")

    clock.now += 20
    rds.delete_db_snapshot(DBSnapshotIdentifier="cf-rb-1")
    assert aws.snapshots() == []


def test_a_cluster_snapshot_is_as_slow(aws: AwsTwin, rds: Client, clock: Clock) -> None:
    def take(name: str) -> dict[str, object]:
        answer = rds.create_db_cluster_snapshot(
            DBClusterIdentifier=CLUSTER, DBClusterSnapshotIdentifier=name
        )
        found: dict[str, object] = answer["DBClusterSnapshot"]
        return found

    aws.databases.take_snapshots_in(20)
    assert take("cf-rb-1")["Status"] == "creating"
    with pytest.raises(rds.exceptions.DBClusterSnapshotAlreadyExistsFault):
        take("cf-rb-1")
    with pytest.raises(rds.exceptions.InvalidDBClusterStateFault):
        take("cf-rb-2")

    clock.now += 20

    found = rds.describe_db_cluster_snapshots(DBClusterSnapshotIdentifier="cf-rb-1")
    assert found["DBClusterSnapshots"][0]["Status"] == "available"


def test_point_in_time_recovery_keeps_up_or_gets_stuck(
    aws: AwsTwin, rds: Client, clock: Clock
) -> None:
    def restorable() -> object:
        found = rds.describe_db_instances(DBInstanceIdentifier=DB)["DBInstances"][0]
        return found["LatestRestorableTime"]

    now = datetime.fromtimestamp(clock.now, UTC)
    assert restorable() == now - timedelta(minutes=3)

    aws.databases.set_restorable(DB, now - timedelta(hours=2))
    clock.now += 60

    assert restorable() == now - timedelta(hours=2)


def test_without_automated_backups_there_is_no_moment_to_restore(aws: AwsTwin, rds: Client) -> None:
    aws.databases.add(Engine(name="scratch", retention=0))

    found = rds.describe_db_instances(DBInstanceIdentifier="scratch")["DBInstances"][0]

    assert "LatestRestorableTime" not in found
    assert (found["BackupRetentionPeriod"], found["MultiAZ"]) == (0, False)


def test_the_seed_tells_multi_az_and_retention(rds: Client) -> None:
    instance = rds.describe_db_instances(DBInstanceIdentifier=DB)["DBInstances"][0]
    cluster = rds.describe_db_clusters(DBClusterIdentifier=CLUSTER)["DBClusters"][0]

    assert (instance["MultiAZ"], instance["BackupRetentionPeriod"]) == (True, 30)
    assert (cluster["MultiAZ"], cluster["BackupRetentionPeriod"]) == (True, 30)
    assert cluster["LatestRestorableTime"] is not None


def test_an_unknown_database_is_named(rds: Client) -> None:
    with pytest.raises(rds.exceptions.DBInstanceNotFoundFault, match="nope"):
        snap(rds, "cf-rb-1", database="nope")


def test_of_ten_who_take_the_same_snapshot_one_does(aws: AwsTwin, rds: Client) -> None:
    def take(_: int) -> str:
        try:
            return str(snap(rds, "cf-rb-1")["Status"])
        except rds.exceptions.DBSnapshotAlreadyExistsFault:
            return "there"

    with ThreadPoolExecutor(10) as racers:
        answers = sorted(racers.map(take, range(10)))

    assert answers == ["creating", *["there"] * 9]
    assert (len(aws.snapshots()), len(aws.effects())) == (1, 1)
