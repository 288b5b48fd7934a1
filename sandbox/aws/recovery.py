"""How far back to the present a database can be restored, settable as no moto class has it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from moto.rds.models import DBCluster, DBInstance

USUAL_LAG = timedelta(minutes=3)
"""AWS: typically within the last five minutes."""


@dataclass(kw_only=True)
class Recovery:
    """`at` None: always `USUAL_LAG` behind the clock."""

    clock: Callable[[], float]
    at: datetime | None = None

    def latest(self, retention_days: int) -> datetime | None:
        """None without automated backups: point-in-time recovery is off then."""
        if not retention_days:
            return None
        return self.at or datetime.fromtimestamp(self.clock(), UTC) - USUAL_LAG


class Instance(DBInstance):
    recovery: Recovery

    @property
    def latest_restorable_time(self) -> datetime | None:  # type: ignore[override]  # absent at AWS
        return self.recovery.latest(self.backup_retention_period)


class Cluster(DBCluster):
    recovery: Recovery
    zones: int = 1

    @property
    def latest_restorable_time(self) -> datetime | None:  # type: ignore[override]  # absent at AWS
        return self.recovery.latest(self.backup_retention_period)

    @property
    def multi_az(self) -> bool:
        return self.zones > 1


def with_recovery(database: DBInstance | DBCluster, recovery: Recovery) -> None:
    """Turns what moto has made into one of ours: moto offers no place to say it."""
    if isinstance(database, DBCluster):
        database.__class__ = Cluster
    else:
        database.__class__ = Instance  # type: ignore[type-abstract]  # moto builds them so too
    database.recovery = recovery  # type: ignore[union-attr]  # it is one of ours now
