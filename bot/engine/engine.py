"""The durable engine: runs that go on where they stopped, whatever ended the process.

The one door to dbos, of which only the free core is used. It counts for the whole process, so
there is one engine at a time.
"""

import os
import socket
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from dbos import DBOS, SetWorkflowID

from bot.domain.errors import Refused, Unavailable
from bot.engine.away import Away, answering
from bot.engine.configured import NAME, THREADS, client, config, quiet
from bot.engine.connections import Connections
from bot.engine.lease import Lease
from bot.engine.parked import Parked
from bot.engine.run import Host, Run
from bot.engine.running import Running
from bot.engine.serializer import Remembered, stored
from bot.engine.standing import RunStanding, standing_of
from bot.engine.strays import Strays
from bot.engine.takeover import Takeover
from bot.store import takeovers
from bot.store.database import Database

log = structlog.get_logger()
_MOST_BEGINNINGS = 6  # of a run that does not get on
_START_SECONDS = 5.0
_PARK_SECONDS = 20.0
_LOOK_EVERY = 1.0
_KEPT = timedelta(days=30)
_TIDY_EVERY = 3600.0
_TIDY_AT_ONCE = 500
_NEVER = 3600.0
_DECLARED_DEAD = 70

_the_engine = threading.Lock()


def die(why: str) -> None:
    """Ends the process at once: nothing of it may touch the world any more."""
    log.critical("engine.ends_the_process", why=why)
    os._exit(_DECLARED_DEAD)


class Engine:
    """`register` every durable function, `launch` once, then `start` runs; `stop` parks them."""

    def __init__(
        self,
        db: Database,
        *,
        data_dir: Path,
        ttl: float = 6.0,
        die: Callable[[str], None] = die,
    ) -> None:
        self._db, self._data_dir, self._ttl = db, data_dir, ttl
        # On SQLite the process is alone with its data folder, and its next incarnation goes on
        # under the same name; elsewhere each incarnation is somebody else.
        self.executor = NAME if db.is_sqlite else f"{socket.gethostname()}-{uuid.uuid4().hex}"
        self._lease = None if db.is_sqlite else Lease(db, self.executor, ttl, die)
        self._works: dict[str, Callable[..., Any]] = {}
        self._durable: dict[str, Callable[..., Any]] = {}
        self._stopping = threading.Event()
        self._running = Running()
        self._starting: set[str] = set()

    def register(self, name: str, work: Callable[..., Any]) -> None:
        """`work(run, *arguments)`; under this name runs are found again after years."""
        self._works[name] = work

    def launch(self) -> None:
        """Goes on with what was under way; raises `Unavailable`, or `Refused` beside another."""
        if not _the_engine.acquire(blocking=False):
            raise Refused("Another engine runs in this process.", "Stop it first.")
        self._connections = Connections(self._db, self._data_dir)
        with ExitStack() as failed, answering():
            failed.callback(self._disconnect)
            failed.callback(DBOS.destroy, destroy_registry=True)
            self._launch()
            failed.pop_all()

    def _launch(self) -> None:
        quiet()
        DBOS(config=config(self.executor, self._connections))
        self._client = client(self._connections)
        self._host = Host(
            db=self._db, executor=self.executor, client=self._client, stopping=self._stopping,
            sure=lambda: self.sure, works=self._durable,
        )  # fmt: skip
        for name, work in self._works.items():
            self._durable[name] = self._made_durable(name, work)
        self._strays = Strays(
            client=self._client, executor=self.executor, running=self._running,
            threads=THREADS, patience=self._ttl,
        )  # fmt: skip
        if self._lease is not None:
            self._lease.enter()
            self._takeover = Takeover(
                db=self._db, client=self._client, lease=self._lease, known=self._works
            )
        DBOS.launch()
        self.beat()

    def start(self, name: str, run: str, *args: Any) -> None:
        """The same `run` again changes nothing; raises `Unavailable` rather than wait long."""
        work = self._durable[name]
        if self.standing(run) is not None:
            return
        if run in self._starting:
            raise Away("The run is being started.", retry_after=1)
        self._starting.add(run)
        began = threading.Thread(
            target=self._start, args=(work, run, stored(args)), name=f"start {run}", daemon=True
        )
        began.start()
        began.join(_START_SECONDS)
        if self.standing(run) is None:
            raise Away("The engine's database does not answer.", retry_after=1)

    def _start(self, work: Callable[..., Any], run: str, args: tuple[Any, ...]) -> None:
        # dbos waits here for as long as the database is away.
        try:
            with suppress(Parked), SetWorkflowID(run):
                DBOS.start_workflow(work, *args)
        finally:
            self._starting.discard(run)

    def standing(self, run: str) -> RunStanding | None:
        """None where there is no such run; raises `Unavailable`."""
        with answering():
            found = self._client.list_workflows(workflow_ids=[run], load_input=False)
        return standing_of(found[0]) if found else None

    @property
    def sure(self) -> bool:
        """Whether this process knows that it counts as alive."""
        return self._lease is None or self._lease.good()

    def beat(self) -> float:
        """A loop's turn: says that this replica lives."""
        return self._lease.beat() if self._lease is not None else _NEVER

    def sweep(self) -> float:
        """A loop's turn: takes over what dead replicas left, and what was lost in this one."""
        if self._stopping.is_set():
            return _NEVER
        pause = self._strays.sweep()
        return self._takeover.sweep() if self._lease is not None else pause

    def tidy(self) -> float:
        """A loop's turn: forgets runs that ended 30 days ago."""
        before = (datetime.now(UTC) - _KEPT).isoformat()
        with answering():
            old = self._client.list_workflows(
                completed_before=before, limit=_TIDY_AT_ONCE, load_input=False, load_output=False
            )
            runs = [one.workflow_id for one in old]
            if runs:
                self._client.delete_workflows(runs)
        if not runs:
            return _TIDY_EVERY
        with self._db.write() as tx:
            takeovers.forget(tx, runs)
        return 0.0 if len(runs) == _TIDY_AT_ONCE else _TIDY_EVERY

    def stop(self) -> None:
        """Parks every run, at most 20 s, and hands them over; the last sign of life goes last."""
        self._stopping.set()
        parked = self._park()
        if not parked:
            log.error("engine.not_parked", runs=sorted(self._running.names()))
        DBOS.destroy(destroy_registry=True)
        if parked:
            # Unavailable: whoever looks for dead replicas finds these, a little later.
            with suppress(Unavailable):
                self._hand_over()
        self._disconnect()

    def _park(self) -> bool:
        """Whether nothing runs any more; says that it lives until then."""
        until = time.monotonic() + _PARK_SECONDS
        while not self._running.none_within(_LOOK_EVERY) and time.monotonic() < until:
            with suppress(Unavailable):
                self.beat()
        return self._running.none_within(0)

    def _hand_over(self) -> None:
        """Parked runs go on elsewhere, or at the next start, at once and uncounted."""
        with answering():
            mine = self._client.list_workflows(
                status="PENDING", executor_id=self.executor, load_input=False, load_output=False
            )
            for run in mine:
                self._client.resume_workflow(run.workflow_id, queue_name=run.queue_name)
        if self._lease is not None:
            self._lease.leave()

    def _disconnect(self) -> None:
        self._connections.close()
        _the_engine.release()

    def _made_durable(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def durable(*args: Any) -> Any:
            run = Run(self._host, DBOS.workflow_id or "")
            with self._running.in_hand(run.id), Remembered():
                run.begin(_MOST_BEGINNINGS)
                return stored(work(run, *args))

        return DBOS.workflow(name=name)(durable)
