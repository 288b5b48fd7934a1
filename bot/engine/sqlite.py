"""dbos's own SQLite file: durable at every commit, and with a clock that counts milliseconds.

Left to itself dbos 3.4 keeps the rollback journal and, before SQLite 3.42, reads a clock of
whole seconds, or from Python 3.12 on does not start at all.
"""

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event

_BUSY_MS = 30_000
_POOL = 8
_POOL_SECONDS = 30
_KNOWS_SUBSECONDS = (3, 42)


def engine(path: Path) -> Engine:
    made = create_engine(
        f"sqlite:///{path}", pool_size=_POOL, max_overflow=0, pool_timeout=_POOL_SECONDS
    )

    @event.listens_for(made, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        if sqlite3.sqlite_version_info < _KNOWS_SUBSECONDS:
            connection.create_function("unixepoch", -1, lambda *_asked: time.time())
        connection.create_function("strftime", -1, _strftime)

    return made


def _strftime(*asked: str) -> float:
    """Dbos asks nothing else of it."""
    if asked != ("%s", "now"):
        raise ValueError(f"strftime{asked} is not known here")
    return time.time()
