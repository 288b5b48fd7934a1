"""Restore points of RDS instances and of Aurora clusters: the same acts in different words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.adapters.aws.account import AwsAccount, understood
from bot.adapters.aws.rejection import Rejection
from bot.domain.errors import GiveUp, Refused
from bot.domain.ops_data.restore_point import Provider, Snapshot, SnapshotStatus, Store, StoreState

OPERATION_TAG = "candlefish:op"
_SERVICE = "rds"
_MAKING = frozenset({"creating", "copying", "pending"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What RDS's API calls one kind of database, and one kind of snapshot."""

    provider: Provider
    database: str
    databases: str
    status: str
    snapshot: str

    @property
    def database_id(self) -> str:
        return f"{self.database}Identifier"

    @property
    def snapshot_id(self) -> str:
        return f"{self.snapshot}Identifier"


RDS = Words(
    provider=Provider.RDS,
    database="DBInstance",
    databases="db_instances",
    status="DBInstanceStatus",
    snapshot="DBSnapshot",
)
AURORA = Words(
    provider=Provider.AURORA,
    database="DBCluster",
    databases="db_clusters",
    status="Status",
    snapshot="DBClusterSnapshot",
)
_OPERATIONS = {"DBSnapshot": "db_snapshot", "DBClusterSnapshot": "db_cluster_snapshot"}


class RestorePoints:
    """`RestorePoints(account, RDS)`; threads may share it."""

    def __init__(self, account: AwsAccount, words: Words) -> None:
        self._account, self._words = account, words
        self._snapshots = _OPERATIONS[words.snapshot]

    def check(self) -> str:
        return self._account.who()

    def state(self, store: Store) -> StoreState:
        words = self._words
        try:
            told = self._ask(f"describe_{words.databases}", **{words.database_id: store.name})
        except Rejection as rejection:
            raise rejection.as_refused() from rejection
        found = understood(lambda: told[f"{words.database}s"][0])
        cluster = found.get("DBClusterIdentifier") if words.provider is Provider.RDS else None
        if cluster:
            raise Refused(
                f"{store.name} is an instance of the cluster {cluster}.",
                f"In components.yaml, say provider: aurora and name: {cluster}.",
            )
        return understood(
            lambda: StoreState(
                status=str(found[words.status]),
                restorable_at=found.get("LatestRestorableTime"),
                # Aurora's storage makes snapshots by itself, and so does a standby.
                stalls=words.provider is Provider.RDS and not found["MultiAZ"],
            )
        )

    def find(self, store: Store, id: str) -> Snapshot:  # noqa: A002 - the provider's own word
        try:
            told = self._ask(f"describe_{self._snapshots}s", **{self._words.snapshot_id: id})
        except Rejection as rejection:
            if rejection.code == f"{self._words.snapshot}NotFound":
                return Snapshot(id=id, status=SnapshotStatus.ABSENT)
            raise rejection.as_refused() from rejection
        return understood(lambda: self._snapshot(store, told[f"{self._words.snapshot}s"][0]))

    def start(self, store: Store, id: str, operation: str) -> None:  # noqa: A002 - as above
        named = {self._words.database_id: store.name, self._words.snapshot_id: id}
        tags = [{"Key": OPERATION_TAG, "Value": operation}]
        try:
            self._ask(f"create_{self._snapshots}", **named, Tags=tags)
        except Rejection as rejection:
            if rejection.code != f"{self._words.snapshot}AlreadyExists":
                raise rejection.as_give_up() from rejection

    def delete(self, store: Store, id: str) -> None:  # noqa: A002 - as above
        found = self.find(store, id)
        if found.status in (SnapshotStatus.ABSENT, SnapshotStatus.DELETING):
            return
        if not found.operation:
            raise GiveUp(f"The snapshot {id} has no tag {OPERATION_TAG}: somebody else made it.")
        try:
            self._ask(f"delete_{self._snapshots}", **{self._words.snapshot_id: id})
        except Rejection as rejection:
            if rejection.code != f"{self._words.snapshot}NotFound":
                raise rejection.as_give_up() from rejection

    def _ask(self, operation: str, **given: Any) -> Any:
        return self._account.call(_SERVICE, operation, **given)

    def _snapshot(self, store: Store, told: Mapping[str, Any]) -> Snapshot:
        """RDS keeps every name in lower case."""
        id, source = str(told[self._words.snapshot_id]), str(told[self._words.database_id])  # noqa: A001 - as above
        if source.casefold() != store.name.casefold():
            raise Refused(f"The snapshot {id} is one of {source}, not of {store.name}.")
        status = _status(str(told["Status"]))
        return Snapshot(
            id=id,
            status=status,
            percent=told.get("PercentProgress"),
            cut_at=told.get("SnapshotCreateTime") if status is SnapshotStatus.AVAILABLE else None,
            operation=_tags(told).get(OPERATION_TAG, ""),
        )


def _tags(told: Mapping[str, Any]) -> Mapping[str, str]:
    return {str(each["Key"]): str(each.get("Value", "")) for each in told.get("TagList") or ()}


def _status(said: str) -> SnapshotStatus:
    if said in _MAKING:
        return SnapshotStatus.CREATING
    if said == "deleting":
        return SnapshotStatus.DELETING
    return SnapshotStatus.AVAILABLE if said == "available" else SnapshotStatus.FAILED
