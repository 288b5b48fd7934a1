"""RDS and Aurora with snapshots that take their time, where moto's are there at once."""

from collections.abc import Callable, Iterable, MutableMapping
from functools import partial
from typing import Any, TypeVar

from moto.rds.exceptions import RDSClientError, SnapshotQuotaExceededFault
from moto.rds.models import DBCluster, DBClusterSnapshot, DBInstance, DBSnapshot, RDSBackend

from sandbox.aws.making import Copy, Workshop, check_free
from sandbox.aws.recovery import Recovery, with_recovery
from sandbox.aws.snapshots import State

C = TypeVar("C", bound=Copy)
MANUAL = "manual"
QUOTA = 100


class Databases(RDSBackend):
    """`workshop` says how long a manual snapshot takes, `quota` how many there may be."""

    def __init__(self, region: str, account: str, *, clock: Callable[[], float]) -> None:
        super().__init__(region, account)
        self.quota = QUOTA
        self.workshop = Workshop(clock)
        self._clock = clock

    def create_db_instance(self, db_kwargs: dict[str, Any]) -> DBInstance:
        made = super().create_db_instance(db_kwargs)
        with_recovery(made, Recovery(clock=self._clock))
        return made

    def create_db_cluster(self, kwargs: dict[str, Any]) -> DBCluster:
        made = super().create_db_cluster(kwargs)
        with_recovery(made, Recovery(clock=self._clock))
        return made

    def create_db_snapshot(
        self,
        db_instance_identifier: str,
        db_snapshot_identifier: str,
        snapshot_type: str = MANUAL,
        *rest: Any,
        **named: Any,
    ) -> DBSnapshot:
        self.workshop.settle()
        instance = self.databases.get(db_instance_identifier)
        ours = instance is not None and snapshot_type == MANUAL
        if instance and ours and db_snapshot_identifier not in self.database_snapshots:
            check_free(instance)
            self._check_quota(self.database_snapshots.values())
        made = super().create_db_snapshot(
            db_instance_identifier, db_snapshot_identifier, snapshot_type, *rest, **named
        )
        if instance and ours:
            self.workshop.begin(made, instance)
        return made

    def create_db_cluster_snapshot(
        self,
        db_cluster_identifier: str,
        db_cluster_snapshot_identifier: str,
        snapshot_type: str = MANUAL,
        *rest: Any,
        **named: Any,
    ) -> DBClusterSnapshot:
        self.workshop.settle()
        cluster = self.clusters.get(db_cluster_identifier)
        ours = cluster is not None and snapshot_type == MANUAL
        if cluster and ours and db_cluster_snapshot_identifier not in self.cluster_snapshots:
            check_free(cluster)
            self._check_quota(self.cluster_snapshots.values())
        made = super().create_db_cluster_snapshot(
            db_cluster_identifier, db_cluster_snapshot_identifier, snapshot_type, *rest, **named
        )
        if cluster and ours:
            self.workshop.begin(made, cluster)
        return made

    def delete_db_snapshot(self, db_snapshot_identifier: str) -> DBSnapshot:
        name, copies = db_snapshot_identifier, self.database_snapshots
        found = self._going(copies, name, "InvalidDBSnapshotState")
        return found or super().delete_db_snapshot(name)

    def delete_db_cluster_snapshot(self, db_snapshot_identifier: str) -> DBClusterSnapshot:
        name, copies = db_snapshot_identifier, self.cluster_snapshots
        found = self._going(copies, name, "InvalidDBClusterSnapshotStateFault")
        return found or super().delete_db_cluster_snapshot(name)

    def describe_db_instances(self, *given: Any, **named: Any) -> list[DBInstance]:
        self.workshop.settle()
        return super().describe_db_instances(*given, **named)

    def describe_db_clusters(self, *given: Any, **named: Any) -> list[DBCluster]:
        self.workshop.settle()
        return super().describe_db_clusters(*given, **named)

    def describe_db_snapshots(self, *given: Any, **named: Any) -> list[DBSnapshot]:
        self.workshop.settle()
        return super().describe_db_snapshots(*given, **named)

    def describe_db_cluster_snapshots(self, *given: Any, **named: Any) -> list[DBClusterSnapshot]:
        self.workshop.settle()
        return super().describe_db_cluster_snapshots(*given, **named)

    def _going(self, copies: MutableMapping[str, C], name: str, code: str) -> C | None:
        """The copy, on its way out; `None` where there is none, which moto refuses as AWS does."""
        self.workshop.settle()
        found = copies.get(name)
        if found is not None:
            _check_still(found, name, code)
            self.workshop.end(found, partial(copies.pop, name))
        return found

    def _check_quota(self, copies: Iterable[Copy]) -> None:
        """Automatic snapshots do not count."""
        if sum(each.snapshot_type == MANUAL for each in copies) >= self.quota:
            raise SnapshotQuotaExceededFault


def _check_still(copy: Copy, name: str, code: str) -> None:
    """Raises AWS's fault while it is made or deleted."""
    if copy.status in (State.CREATING, State.DELETING):
        raise RDSClientError(
            code,
            f"Cannot delete the snapshot {name} because it is not currently in the available or "
            "failed state.",
        )
