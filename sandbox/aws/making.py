"""Snapshots in the making: they keep their database busy until they are done."""

from collections.abc import Callable
from dataclasses import dataclass

from moto.rds.exceptions import RDSClientError
from moto.rds.models import DBCluster, DBClusterSnapshot, DBInstance, DBSnapshot

from sandbox.aws.snapshots import Making, State

AVAILABLE, BACKING_UP, OPTIMIZING = "available", "backing-up", "storage-optimization"
Database = DBInstance | DBCluster
Copy = DBSnapshot | DBClusterSnapshot


@dataclass(frozen=True, kw_only=True)
class _Job:
    copy: Copy
    database: Database
    making: Making


class Workshop:
    """`seconds` is how long the next snapshots stay `creating`, `deleting` how long so."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.seconds = self.deleting = 0.0
        self.failing = 0
        self._clock = clock
        self._jobs: list[_Job] = []
        self._going: list[tuple[float, Callable[[], object]]] = []

    def begin(self, copy: Copy, database: Database) -> None:
        making = Making(started=self._clock(), seconds=self.seconds, fails=self.failing > 0)
        self.failing = max(0, self.failing - 1)
        self._jobs.append(_Job(copy=copy, database=database, making=making))
        _show(copy, State.CREATING, 0)
        database.status = BACKING_UP

    def end(self, copy: Copy, gone: Callable[[], object]) -> None:
        """`gone` takes it away when it has been `deleting` for long enough."""
        copy.status = State.DELETING.value
        self._going.append((self._clock() + self.deleting, gone))

    def settle(self) -> None:
        """Lets every snapshot get as far as it has by now."""
        now = self._clock()
        for at, gone in [each for each in self._going if each[0] <= now]:
            self._going.remove((at, gone))
            gone()
        for job in list(self._jobs):
            _show(job.copy, job.making.state(now), job.making.percent(now))
            if job.making.state(now) is not State.CREATING:
                self._jobs.remove(job)
                if job.database.status == BACKING_UP:
                    job.database.status = AVAILABLE


def check_free(database: Database) -> None:
    """Raises AWS's fault while the database is in no state to be copied."""
    if database.status in {AVAILABLE, OPTIMIZING}:
        return
    what = "database instance" if isinstance(database, DBInstance) else "database cluster"
    code = (
        "InvalidDBInstanceState"
        if isinstance(database, DBInstance)
        else "InvalidDBClusterStateFault"
    )
    raise RDSClientError(
        code,
        f"Cannot create a snapshot because the {what} {database.resource_id} is not currently "
        "in the available state.",
    )


def _show(copy: Copy, state: State, percent: int) -> None:
    copy.status = state.value
    copy.percent_progress = percent  # type: ignore[union-attr]  # moto has it on one of the two
