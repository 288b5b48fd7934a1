"""Where dbos keeps its runs: a file of its own beside SQLite, a schema of ours on PostgreSQL."""

import threading
from pathlib import Path

from sqlalchemy import Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from bot.engine import postgresql, sqlite
from bot.engine.parked import Parked
from bot.store.database import Database

FILE = "engine.db"


class Connections:
    """Open until `close`; whoever of dbos's threads asks after that, parks."""

    def __init__(self, db: Database, data_dir: Path) -> None:
        self._closed = threading.Event()
        self.engine = self._made(db, data_dir)

    def close(self) -> None:
        self._closed.set()
        self.engine.dispose()

    def _made(self, db: Database, data_dir: Path) -> Engine:
        made = sqlite.engine(data_dir / FILE) if db.is_sqlite else postgresql.engine(db.url)

        @event.listens_for(made, "do_connect")
        def _connecting(*_: object) -> None:
            # dbos waits for its database for ever, and its threads keep the process from ending.
            if self._closed.is_set():
                raise Parked

        @event.listens_for(made, "checkin")
        def _given_back(_: object, record: ConnectionPoolEntry) -> None:
            if self._closed.is_set():
                record.invalidate()  # the pool it came from is gone, and would not close it

        return made
