"""Who goes on with the runs of a replica that died: without this nobody does."""

from collections import defaultdict
from collections.abc import Collection

import structlog
from dbos import DBOSClient
from sqlalchemy import Connection

from bot.engine.away import answering
from bot.engine.lease import Lease
from bot.store import replicas
from bot.store.database import Database

log = structlog.get_logger()
_EVERY = 1.0  # seconds


class Takeover:
    """`known` are the names of the runs that this release can go on with."""

    def __init__(
        self, *, db: Database, client: DBOSClient, lease: Lease, known: Collection[str]
    ) -> None:
        self._db, self._client, self._lease, self._known = db, client, lease, known

    def sweep(self) -> float:
        """Seconds until the next one; raises `Unavailable` while the database is away."""
        if self._lease.may_bury():
            # One transaction: what is listed, who lives and what is taken over are one view, and
            # no other sweeper acts on an older one.
            with answering(), self._db.write() as tx:
                if replicas.sweeps(tx):
                    self._sweep(tx)
        return _EVERY

    def _sweep(self, tx: Connection) -> None:
        dead = replicas.bury(tx)
        if dead:
            log.warning("engine.replica_died", replicas=dead)
        # The runs first: a replica has its row before it has its first run.
        running = self._client.list_workflows(status="PENDING", load_input=False, load_output=False)
        living = replicas.living(tx)
        by_queue: dict[str | None, list[str]] = defaultdict(list)
        for run in running:
            if run.executor_id not in living and run.name in self._known:
                by_queue[run.queue_name].append(run.workflow_id)
        for queue, runs in by_queue.items():
            log.warning("engine.taken_over", runs=runs)
            self._client.resume_workflows(runs, queue_name=queue)
