"""What a test or the demo does to the databases behind AWS's back."""

from datetime import datetime

from moto.rds.models import DBSnapshot

from sandbox.aws.account import Account
from sandbox.aws.databases import MANUAL
from sandbox.aws.making import Copy
from sandbox.aws.recovery import Cluster, Instance
from sandbox.aws.seed import Engine, cluster_kwargs, instance_kwargs
from sandbox.aws.snapshots import WHOLE, Snapshot, State


class DatabaseHands:
    """Names are those of instances or clusters; times of snapshots are in seconds."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._rds = account.databases

    def add(self, engine: Engine) -> None:
        with self._account.lock:
            self._rds.create_db_instance(instance_kwargs(engine))

    def add_cluster(self, engine: Engine) -> None:
        with self._account.lock:
            made = self._rds.create_db_cluster(cluster_kwargs(engine))
            made.status = "available"
            if isinstance(made, Cluster) and engine.multi_az:
                made.zones = 2

    def take_snapshots_in(self, seconds: float) -> None:
        """From now on a manual snapshot stays `creating` so long."""
        with self._account.lock:
            self._rds.workshop.seconds = seconds

    def delete_snapshots_in(self, seconds: float) -> None:
        """From now on one that is deleted stays `deleting` so long."""
        with self._account.lock:
            self._rds.workshop.deleting = seconds

    def fail_snapshots(self, times: int = 1) -> None:
        """The next manual snapshots end as `failed`."""
        with self._account.lock:
            self._rds.workshop.failing += times

    def allow_snapshots(self, quota: int) -> None:
        """So many manual ones, and not one more."""
        with self._account.lock:
            self._rds.quota = quota

    def set_status(self, name: str, status: str) -> None:
        """As `backing-up`, which it is while a nightly backup runs, or `stopped`."""
        with self._account.lock:
            self._rds.workshop.settle()
            self._found(name).status = status

    def set_restorable(self, name: str, at: datetime | None) -> None:
        """Point-in-time recovery has got stuck at this moment; None: it keeps up again."""
        with self._account.lock:
            self._found(name).recovery.at = at

    def snapshots(self) -> list[Snapshot]:
        """The manual ones of instances, then those of clusters, oldest first."""
        with self._account.lock:
            self._rds.workshop.settle()
            found: list[Copy] = list(self._rds.database_snapshots.values())
            found += self._rds.cluster_snapshots.values()
            return [_seen(each) for each in found if each.snapshot_type == MANUAL]

    def _found(self, name: str) -> Instance | Cluster:
        found = self._rds.databases.get(name) or self._rds.clusters.get(name)
        if not isinstance(found, Instance | Cluster):
            raise KeyError(name)
        return found


def _seen(copy: Copy) -> Snapshot:
    if isinstance(copy, DBSnapshot):
        source = copy.db_instance_identifier
    else:
        source = copy.db_cluster_identifier
    return Snapshot(
        id=copy.resource_id,
        source=source,
        state=State(copy.status),
        percent=getattr(copy, "percent_progress", WHOLE),
        tags={each["Key"]: each["Value"] for each in copy.tags},
    )
