"""Snapshots of RDS and Aurora: one for each id, and what the database has already."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.aws.account import AwsAccount
from bot.adapters.aws.restore_points import AURORA, RDS, RestorePoints
from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.ops_data.restore_point import Provider, Snapshot, SnapshotStatus, Store
from bot.ports.snapshots import Snapshots
from sandbox.aws.seed import Engine
from sandbox.aws.server import AwsTwin

ID = "cf-rb-1-20261123-postgresql"


def store(provider: Provider, name: str) -> Store:
    return Store(component="postgresql", provider=provider, name=name)


KINDS = [
    pytest.param(RDS, store(Provider.RDS, "candlefish-production"), id="rds"),
    pytest.param(AURORA, store(Provider.AURORA, "candlefish-documents"), id="aurora"),
]
each_kind = pytest.mark.parametrize(("words", "place"), KINDS)
CREATING = {"rds": "CreateDBSnapshot", "aurora": "CreateDBClusterSnapshot"}


@pytest.fixture
def port(account: AwsAccount, words: object) -> Snapshots:
    assert words in (RDS, AURORA)
    return RestorePoints(account, RDS if words is RDS else AURORA)


@each_kind
def test_it_says_who_it_is_and_what_the_database_says(
    twin: AwsTwin, port: Snapshots, place: Store
) -> None:
    assert twin.account.id in port.check()
    state = port.state(place)
    assert (state.status, state.stalls) == ("available", False)
    assert state.restorable_at is not None
    assert timedelta() < datetime.now(UTC) - state.restorable_at < timedelta(minutes=10)


@each_kind
def test_one_is_started_and_followed(twin: AwsTwin, port: Snapshots, place: Store) -> None:
    twin.databases.take_snapshots_in(3600)
    assert port.find(place, ID) == Snapshot(id=ID, status=SnapshotStatus.ABSENT)

    port.start(place, ID, "op-1-1")

    (made,) = twin.snapshots()
    assert (made.id, made.source, made.tags) == (ID, place.name, {"candlefish:op": "op-1-1"})
    found = port.find(place, ID)
    assert (found.status, found.cut_at) == (SnapshotStatus.CREATING, None)
    assert found.percent is not None
    assert found.percent < 100
    assert port.state(place).status == "backing-up"


@each_kind
def test_it_is_there_when_it_is_made(twin: AwsTwin, port: Snapshots, place: Store) -> None:
    port.start(place, ID, "op-1-1")
    found = port.find(place, ID)
    assert (found.status, found.percent) == (SnapshotStatus.AVAILABLE, 100)
    assert found.cut_at is not None
    assert found.cut_at.tzinfo is not None


@each_kind
def test_the_same_id_again_is_the_same_snapshot(
    twin: AwsTwin, port: Snapshots, place: Store
) -> None:
    twin.databases.take_snapshots_in(3600)
    port.start(place, ID, "op-1-1")
    port.start(place, ID, "op-1-1")
    assert len(twin.effects()) == 1


@each_kind
def test_a_lost_answer_is_found_again(twin: AwsTwin, port: Snapshots, place: Store) -> None:
    twin.faults.lose_answer("POST", CREATING[place.provider])
    with pytest.raises(Unavailable):
        port.start(place, ID, "op-1-1")
    assert port.find(place, ID).status is SnapshotStatus.AVAILABLE
    port.start(place, ID, "op-1-1")
    assert len(twin.effects()) == 1


@each_kind
def test_one_that_failed_says_so(twin: AwsTwin, port: Snapshots, place: Store) -> None:
    twin.databases.fail_snapshots()
    port.start(place, ID, "op-1-1")
    assert port.find(place, ID).status is SnapshotStatus.FAILED


@each_kind
def test_a_busy_database_and_a_full_account_are_told(
    twin: AwsTwin, port: Snapshots, place: Store
) -> None:
    twin.databases.set_status(place.name, "modifying")
    with pytest.raises(GiveUp, match=r"InvalidDB.*State.*not currently in the available state"):
        port.start(place, ID, "op-1-1")
    twin.databases.set_status(place.name, "available")
    twin.databases.allow_snapshots(0)
    with pytest.raises(GiveUp, match="SnapshotQuotaExceeded"):
        port.start(place, ID, "op-1-1")
    assert twin.snapshots() == []


@each_kind
def test_a_database_that_is_not_there(port: Snapshots, place: Store) -> None:
    nowhere = store(place.provider, "candlefish-nowhere")
    with pytest.raises(Refused, match="NotFound"):
        port.state(nowhere)
    with pytest.raises(GiveUp, match="NotFound"):
        port.start(nowhere, ID, "op-1-1")


@each_kind
def test_a_missing_right_is_no_to_a_read_and_the_end_of_a_write(
    twin: AwsTwin, port: Snapshots, place: Store
) -> None:
    named = CREATING[place.provider].removeprefix("Create")
    reading, writing = f"rds:Describe{named}s", f"rds:Create{named}"
    twin.identity.deny(reading, writing)
    with pytest.raises(Refused, match=reading):
        port.find(place, ID)
    with pytest.raises(GiveUp, match=writing):
        port.start(place, ID, "op-1-1")


@each_kind
def test_ours_is_deleted_and_a_lost_answer_harms_nothing(
    twin: AwsTwin, port: Snapshots, place: Store
) -> None:
    port.start(place, ID, "op-1-1")
    assert port.find(place, ID).operation == "op-1-1"
    twin.faults.lose_answer("POST", CREATING[place.provider].replace("Create", "Delete"))
    with pytest.raises(Unavailable):
        port.delete(place, ID)
    port.delete(place, ID)
    assert twin.snapshots() == []
    assert len(twin.effects()) == 2


@each_kind
def test_one_that_is_being_made_or_is_not_ours_stays(
    twin: AwsTwin, port: Snapshots, place: Store, account: AwsAccount
) -> None:
    kind = "db_snapshot" if place.provider is Provider.RDS else "db_cluster_snapshot"
    words = RDS if place.provider is Provider.RDS else AURORA
    by_hand = {words.database_id: place.name, words.snapshot_id: "nightly"}
    account.call("rds", f"create_{kind}", **by_hand)
    with pytest.raises(GiveUp, match="has no tag candlefish:op: somebody else made it"):
        port.delete(place, "nightly")

    twin.databases.take_snapshots_in(3600)
    port.start(place, ID, "op-1-1")
    with pytest.raises(GiveUp, match="not currently in the available or failed state"):
        port.delete(place, ID)
    assert {one.id for one in twin.snapshots()} == {"nightly", ID}


@each_kind
def test_without_the_right_to_delete_it_stays(twin: AwsTwin, port: Snapshots, place: Store) -> None:
    right = f"rds:{CREATING[place.provider].replace('Create', 'Delete')}"
    port.start(place, ID, "op-1-1")
    twin.identity.deny(right)
    with pytest.raises(GiveUp, match=right):
        port.delete(place, ID)
    assert len(twin.snapshots()) == 1


@each_kind
def test_the_snapshot_of_another_database_is_not_taken_for_ours(
    twin: AwsTwin, port: Snapshots, place: Store
) -> None:
    other = Engine(name="candlefish-other", retention=7)
    add = twin.databases.add if place.provider is Provider.RDS else twin.databases.add_cluster
    add(other)
    port.start(store(place.provider, other.name), ID, "op-1-1")
    with pytest.raises(Refused, match="is one of candlefish-other, not of"):
        port.find(place, ID)


@pytest.mark.parametrize(("words", "place"), KINDS[:1])
def test_recovery_that_is_stuck_or_off_and_a_database_in_one_zone(
    twin: AwsTwin, port: Snapshots, place: Store
) -> None:
    stuck = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    twin.databases.set_restorable(place.name, stuck)
    assert port.state(place).restorable_at == stuck

    twin.databases.add(Engine(name="candlefish-bare"))
    bare = port.state(store(Provider.RDS, "candlefish-bare"))
    assert (bare.restorable_at, bare.stalls) == (None, True)
