"""Restore points of volumes in the cluster: VolumeSnapshots of the claim that holds the data."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from bot.adapters.kubernetes.api import JSON, denied, written_by
from bot.adapters.kubernetes.connection import Request
from bot.adapters.kubernetes.objects import moment
from bot.adapters.kubernetes.probe import Probe
from bot.adapters.kubernetes.rejection import Rejection
from bot.adapters.kubernetes.resource import CLAIM, SNAPSHOT
from bot.domain.errors import GiveUp
from bot.domain.ops_data.restore_point import Snapshot, SnapshotStatus, Store, StoreState

OPERATION = "candlefish.ai/operation"
_BOUND = "Bound"
_AVAILABLE = "available"  # RDS' word, which the policy knows


class VolumeSnapshots(Probe):
    """`VolumeSnapshots.beside(cluster)`. A storage driver cuts without holding up writes."""

    def state(self, store: Store) -> StoreState:
        claim = self._get(CLAIM, store.namespace, store.name)
        listed = self._list(SNAPSHOT, store.namespace)["items"]
        ours = [(raw, _snapshot(raw)) for raw in listed if _source(raw) == store.name]
        cuts = [
            one.cut_at for _, one in ours if one.cut_at and one.status is SnapshotStatus.AVAILABLE
        ]
        begun = [_begun(raw) for raw, one in ours if one.status is SnapshotStatus.CREATING]
        phase = str((claim.get("status") or {}).get("phase", ""))
        return StoreState(
            status=_AVAILABLE if phase == _BOUND else phase.lower(),
            restorable_at=max(cuts, default=None),
            stalls=False,
            making_since=max(begun, default=None) if phase == _BOUND else None,
        )

    def find(self, store: Store, id: str) -> Snapshot:  # noqa: A002 - the provider's own word
        found = self._find(SNAPSHOT, store.namespace, id)
        if found is None:
            return Snapshot(id=id, status=SnapshotStatus.ABSENT)
        return _snapshot(found)

    def start(self, store: Store, id: str, operation: str) -> None:  # noqa: A002 - as above
        wanted = {
            "apiVersion": f"{SNAPSHOT.group}/{SNAPSHOT.version}",
            "kind": SNAPSHOT.word,
            "metadata": {
                "name": id,
                "namespace": store.namespace,
                "labels": {OPERATION: operation},
            },
            "spec": {
                "source": {"persistentVolumeClaimName": store.name},
                "volumeSnapshotClassName": store.snapshot_class,
            },
        }
        request = Request(
            method="POST",
            path=SNAPSHOT.path(store.namespace),
            query=written_by(),
            body=wanted,
            content_type=JSON,
        )
        try:
            self.connection.json(request)
        except Rejection as rejection:
            if rejection.status != HTTPStatus.CONFLICT:  # there already: the same snapshot
                raise denied(rejection, SNAPSHOT.called(store.namespace, id)) from None

    def delete(self, store: Store, id: str) -> None:  # noqa: A002 - as above
        """The very one that was looked at: a new one of the same name has another uid."""
        found = self._find(SNAPSHOT, store.namespace, id)
        if found is None or _is_going(found):
            return
        if not _snapshot(found).operation:
            raise GiveUp(f"The snapshot {id} has no label {OPERATION}: somebody else made it.")
        request = Request(
            method="DELETE",
            path=SNAPSHOT.path(store.namespace, id),
            body={"preconditions": {"uid": found["metadata"]["uid"]}},
            content_type=JSON,
        )
        try:
            self.connection.json(request)
        except Rejection as rejection:
            if rejection.status != HTTPStatus.NOT_FOUND:
                raise denied(rejection, SNAPSHOT.called(store.namespace, id)) from None


def _source(raw: Mapping[str, Any]) -> str:
    return str(raw["spec"]["source"].get("persistentVolumeClaimName", ""))


def _begun(raw: Mapping[str, Any]) -> datetime:
    return moment(raw["metadata"]["creationTimestamp"])


def _snapshot(raw: Mapping[str, Any]) -> Snapshot:
    status = raw.get("status") or {}
    cut = status.get("creationTime")
    return Snapshot(
        id=raw["metadata"]["name"],
        status=SnapshotStatus.DELETING if _is_going(raw) else _standing(status),
        cut_at=moment(cut) if cut else None,
        operation=(raw["metadata"].get("labels") or {}).get(OPERATION, ""),
    )


def _is_going(raw: Mapping[str, Any]) -> bool:
    """Its finalizers hold it until the driver has let go of what it stands for."""
    return bool(raw["metadata"].get("deletionTimestamp"))


def _standing(status: Mapping[str, Any]) -> SnapshotStatus:
    if status.get("readyToUse"):
        return SnapshotStatus.AVAILABLE
    return SnapshotStatus.FAILED if status.get("error") else SnapshotStatus.CREATING
