"""Replicas as children, and the runs as they stand beside them."""

import itertools
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dbos import DBOSClient

from bot.engine import configured
from bot.engine.connections import Connections
from bot.engine.standing import RunStanding, RunState, standing_of
from bot.store.database import Database
from sandbox.servers.child import Child, start
from tests.crash.patience import until
from tests.engine.things import make_journal

ROOT = Path(__file__).parents[2]
_START_SECONDS = 60.0


@dataclass(kw_only=True)
class House:
    """One database, one folder, one target; and the replicas on them."""

    db: Database
    folder: Path
    port: int
    ttl: float = 2.0
    children: list[Child] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def replica(self, *runs: str) -> Child:
        """Launched and ready; it starts `runs`."""
        log = self.folder / f"replica-{next(self._numbers)}.log"
        url = self.db.url.render_as_string(hide_password=False)
        words = [sys.executable, "-m", "tests.engine.replica", url, str(self.folder)]
        child = start(
            "replica", [*words, str(self.port), str(self.ttl), *runs], log=log,
            env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT,
        )  # fmt: skip
        self.children.append(child)
        child.wait_ready(lambda: "ready" in log.read_text(), within=_START_SECONDS)
        return child

    def ended(self, run: str, seconds: float = 60.0) -> RunStanding:
        until(lambda: not self._runs(run), f"{run} ends", seconds=seconds)
        standing = self.standing(run)
        assert standing is not None
        return standing

    def standing(self, run: str) -> RunStanding | None:
        with client(self.db, self.folder) as asked:
            found = asked.list_workflows(workflow_ids=[run])
        return standing_of(found[0]) if found else None

    def steps(self, run: str) -> list[str]:
        """Those that are recorded, by name."""
        with client(self.db, self.folder) as asked:
            return [one["function_name"] for one in asked.list_workflow_steps(run)]

    def _runs(self, run: str) -> bool:
        standing = self.standing(run)
        return standing is None or standing.state is RunState.RUNNING

    def stop(self) -> None:
        for child in self.children:
            child.process.send_signal(signal.SIGCONT)
            child.stop(within=30)


@contextmanager
def client(db: Database, folder: Path) -> Iterator[DBOSClient]:
    connections = Connections(db, folder)
    asked = configured.client(connections)
    yield asked
    asked.destroy()
    connections.close()


@contextmanager
def house(db: Database, folder: Path, port: int) -> Iterator[House]:
    make_journal(db)
    one = House(db=db, folder=folder, port=port)
    try:
        yield one
    finally:
        one.stop()
