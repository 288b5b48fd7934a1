"""Restore points of a volume: one for each id, and what the claim has already."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters.volume_snapshots import VolumeSnapshots
from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.ops_data.restore_point import Provider, Snapshot, SnapshotStatus, Store, StoreState
from bot.ports.snapshots import Snapshots
from bot.ports.trouble import Overtaken
from sandbox.kubernetes.kinds import NAMESPACE, PVC, VOLUMESNAPSHOT
from sandbox.kubernetes.twin import KubernetesTwin
from sandbox.twin.faults import Moment
from tests.adapters.kubernetes.scene import Connect, connecting, of

STORE = Store(
    component="postgresql",
    provider=Provider.VOLUME_SNAPSHOT,
    name="data-0",
    namespace="production",
    snapshot_class="fast",
)
ID = "cf-rb-1"


@pytest.fixture
def twin() -> Iterator[KubernetesTwin]:
    with KubernetesTwin() as running:
        running.store.create(NAMESPACE, {"metadata": {"name": STORE.namespace}})
        claim = running.store.create(PVC, {"metadata": of(STORE.name), "spec": {}})
        claim["status"] = {"phase": "Bound"}
        running.store.update_status(PVC, claim)
        yield running


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Connect]:
    with connecting(tmp_path) as made:
        yield made


@pytest.fixture
def snapshots(twin: KubernetesTwin, connect: Connect) -> VolumeSnapshots:
    return VolumeSnapshots.beside(connect(twin.kubeconfig()))


def becomes(twin: KubernetesTwin, name: str, **status: object) -> None:
    snapshot = twin.store.get(VOLUMESNAPSHOT, STORE.namespace, name)
    snapshot["status"] = status
    twin.store.update_status(VOLUMESNAPSHOT, snapshot)


def who(port: Snapshots) -> str:
    return port.check()


def test_it_is_what_the_port_asks_for(snapshots: VolumeSnapshots) -> None:
    assert who(snapshots).startswith("v1.")


def test_one_is_started_and_followed(snapshots: VolumeSnapshots, twin: KubernetesTwin) -> None:
    assert snapshots.find(STORE, ID) == Snapshot(id=ID, status=SnapshotStatus.ABSENT)

    snapshots.start(STORE, ID, "OP-1")

    made = twin.store.get(VOLUMESNAPSHOT, STORE.namespace, ID)
    assert made["spec"] == {
        "source": {"persistentVolumeClaimName": "data-0"},
        "volumeSnapshotClassName": "fast",
    }
    assert made["metadata"]["labels"] == {"candlefish.ai/operation": "OP-1"}
    assert snapshots.find(STORE, ID).status is SnapshotStatus.CREATING

    becomes(twin, ID, creationTime="2026-01-02T03:04:05Z", readyToUse=True)
    cut = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert snapshots.find(STORE, ID) == Snapshot(
        id=ID, status=SnapshotStatus.AVAILABLE, cut_at=cut, operation="OP-1"
    )


def test_the_same_id_again_is_the_same_snapshot(
    snapshots: VolumeSnapshots, twin: KubernetesTwin
) -> None:
    snapshots.start(STORE, ID, "OP-1")
    snapshots.start(STORE, ID, "OP-1")

    assert len(twin.effects()) == 1


def test_a_lost_answer_is_found_again(snapshots: VolumeSnapshots, twin: KubernetesTwin) -> None:
    twin.faults.lose_answer("POST", "volumesnapshots")

    with pytest.raises(Unavailable):
        snapshots.start(STORE, ID, "OP-1")
    assert snapshots.find(STORE, ID).status is SnapshotStatus.CREATING


def test_one_that_failed_says_so(snapshots: VolumeSnapshots, twin: KubernetesTwin) -> None:
    snapshots.start(STORE, ID, "OP-1")
    becomes(twin, ID, readyToUse=False, error={"message": "no room"})

    assert snapshots.find(STORE, ID).status is SnapshotStatus.FAILED


def test_ours_is_deleted_and_a_lost_answer_harms_nothing(
    snapshots: VolumeSnapshots, twin: KubernetesTwin
) -> None:
    snapshots.start(STORE, ID, "op-1-1")
    assert snapshots.find(STORE, ID).operation == "op-1-1"
    twin.faults.lose_answer("DELETE", "volumesnapshots")

    with pytest.raises(Unavailable):
        snapshots.delete(STORE, ID)
    snapshots.delete(STORE, ID)

    assert snapshots.find(STORE, ID).status is SnapshotStatus.ABSENT
    assert len(twin.effects()) == 2


def test_one_of_somebody_else_stays(snapshots: VolumeSnapshots, twin: KubernetesTwin) -> None:
    spec = {"source": {"persistentVolumeClaimName": STORE.name}}
    twin.store.create(VOLUMESNAPSHOT, {"metadata": of("nightly"), "spec": spec})

    with pytest.raises(GiveUp, match=r"has no label candlefish.ai/operation: somebody else"):
        snapshots.delete(STORE, "nightly")

    assert snapshots.find(STORE, "nightly").status is SnapshotStatus.CREATING


def test_a_new_one_of_the_same_name_is_another_one(
    snapshots: VolumeSnapshots, twin: KubernetesTwin
) -> None:
    snapshots.start(STORE, ID, "op-1-1")

    def made_anew() -> None:
        made = twin.store.get(VOLUMESNAPSHOT, STORE.namespace, ID)
        twin.store.delete(VOLUMESNAPSHOT, STORE.namespace, ID)
        twin.store.create(VOLUMESNAPSHOT, {"metadata": of(ID), "spec": made["spec"]})

    twin.faults.at(Moment.SEEN, "DELETE", "volumesnapshots", made_anew)

    with pytest.raises(Overtaken, match="Precondition failed: UID"):
        snapshots.delete(STORE, ID)


def test_the_newest_ready_one_of_this_claim_is_how_far_back_it_goes(
    snapshots: VolumeSnapshots, twin: KubernetesTwin
) -> None:
    assert snapshots.state(STORE) == StoreState(
        status="available", restorable_at=None, stalls=False
    )
    for day in (1, 2):
        snapshots.start(STORE, f"daily-{day}", "OP-1")
        becomes(twin, f"daily-{day}", creationTime=f"2026-01-0{day}T00:00:00Z", readyToUse=True)
    other = Store(
        component="redis",
        provider=Provider.VOLUME_SNAPSHOT,
        name="cache-0",
        namespace=STORE.namespace,
        snapshot_class="fast",
    )
    snapshots.start(other, "of-another", "OP-1")

    state = snapshots.state(STORE)
    assert (state.status, state.restorable_at) == ("available", datetime(2026, 1, 2, tzinfo=UTC))

    snapshots.start(STORE, ID, "OP-1")
    begun = twin.store.get(VOLUMESNAPSHOT, STORE.namespace, ID)["metadata"]["creationTimestamp"]
    assert snapshots.state(STORE).making_since == datetime.fromisoformat(begun)


def test_a_claim_without_a_volume_can_make_none(
    snapshots: VolumeSnapshots, twin: KubernetesTwin
) -> None:
    claim = twin.store.get(PVC, STORE.namespace, STORE.name)
    claim["status"] = {"phase": "Pending"}
    twin.store.update_status(PVC, claim)

    assert snapshots.state(STORE).status == "pending"


def test_no_claim_and_no_right_are_told(
    snapshots: VolumeSnapshots, twin: KubernetesTwin, connect: Connect
) -> None:
    twin.store.delete(PVC, STORE.namespace, STORE.name)
    with pytest.raises(Refused, match="There is no PersistentVolumeClaim data-0 in production"):
        snapshots.state(STORE)

    nobody = VolumeSnapshots.beside(connect(twin.kubeconfig(token=twin.token("nobody", []))))
    with pytest.raises(GiveUp, match='cannot create resource "volumesnapshots"'):
        nobody.start(STORE, ID, "OP-1")
