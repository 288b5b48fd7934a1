"""Runs that are ours and that nobody has in hand: dbos lost them in some trouble of its database.

They are begun again; otherwise they would wait for the end of this process.
"""

import time

import structlog
from dbos import DBOSClient

from bot.engine.away import answering
from bot.engine.running import Running

log = structlog.get_logger()


class Strays:
    """`patience` in seconds: a run on its way from dbos's queue to its thread is no stray.

    `threads` is how many runs fit; while that many run, others wait for their turn.
    """

    def __init__(
        self, *, client: DBOSClient, executor: str, running: Running, threads: int, patience: float
    ) -> None:
        self._client, self._executor, self._running = client, executor, running
        self._threads, self._patience = threads, patience
        self._idle: frozenset[str] = frozenset()
        self._next = 0.0

    def sweep(self) -> float:
        """Seconds until the next one; raises `Unavailable` while the database is away."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + self._patience
            with answering():
                self._look()
        return self._patience

    def _look(self) -> None:
        ours = self._client.list_workflows(
            status="PENDING", executor_id=self._executor, load_input=False, load_output=False
        )
        in_hand = self._running.names()
        if len(in_hand) >= self._threads:
            self._idle = frozenset()
            return
        idle = {run.workflow_id: run.queue_name for run in ours if run.workflow_id not in in_hand}
        for run, queue in idle.items():
            if run in self._idle:
                log.warning("engine.stray", run=run)
                self._client.resume_workflow(run, queue_name=queue)
        self._idle = frozenset(idle) - self._idle
