"""A point to which data can be brought back, and what a database says about having one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Provider(StrEnum):
    RDS = "rds"
    AURORA = "aurora"
    VOLUME_SNAPSHOT = "volumesnapshot"
    NONE = "none"


# The providers that are AWS's.
IN_AWS = frozenset({Provider.RDS, Provider.AURORA})


@dataclass(frozen=True, kw_only=True, slots=True)
class Store:
    """Where a component's data lies: the instance, cluster or volume claim by its own name.

    What has the provider `NONE` makes no restore point, and needs no name.
    """

    component: str
    provider: Provider
    name: str = ""
    namespace: str = ""
    snapshot_class: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoreState:
    """`restorable_at` is the newest moment to which it can be restored, `None` without PITR.

    `stalls` says whether a snapshot would hold up its writes (RDS in one zone). `making_since` is
    when the youngest unfinished snapshot was begun, where the status does not tell of it.
    """

    status: str
    restorable_at: datetime | None
    stalls: bool
    making_since: datetime | None = None


class SnapshotStatus(StrEnum):
    ABSENT = "absent"
    CREATING = "creating"
    AVAILABLE = "available"
    FAILED = "failed"
    DELETING = "deleting"


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """`cut_at` is the moment it holds, once that is known; `percent` how far it is.

    `operation` is its mark of the run that made it; empty on what the bot did not make.
    """

    id: str
    status: SnapshotStatus
    percent: int | None = None
    cut_at: datetime | None = None
    operation: str = ""
