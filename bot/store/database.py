"""The two databases behind one door: who may write, what a transaction is, and how it begins.

SQLite has one writer at a time, in one process; PostgreSQL has many. Nothing above knows which.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from bot.domain.errors import Unavailable

# Together less than the three seconds within which Slack wants its answer. Nobody but this
# process should write to its SQLite file, and its own transactions take milliseconds.
LOCK_SECONDS = 1.5
BUSY_MS = 1_000
CONNECT_SECONDS = 3
IDLE_SECONDS = 1.0  # a connection that rested longer is asked whether it still stands
_RETRYABLE = ("40001", "40P01")  # serialization failure, deadlock detected
_READ_ONLY = "25006"  # this server only follows another one now
_TOO_BIG = "54"  # the class of what no later try will store either


class Conflict(Exception):
    """Somebody else changed what was decided on: look again and decide again."""


class DatabaseAway(Unavailable):
    """Our own database does not answer, or not in time: no vendor's fault, so never told as one."""


class Database:
    """Opens transactions: `write()` may change rows, `read()` only looks.

    On SQLite both see one state throughout; on PostgreSQL each statement sees what was committed
    before it.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._lock = threading.Lock()
        if self.is_sqlite:
            self._writer = _sqlite(self.url.render_as_string(hide_password=False), "IMMEDIATE")
            self._reader = _sqlite(self.url.render_as_string(hide_password=False), "DEFERRED")
        else:
            self._writer = self._reader = _postgresql(
                self.url.render_as_string(hide_password=False)
            )

    @property
    def engine(self) -> Engine:
        return self._writer

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, committed at the end.

        Raises `Conflict` where another writer was faster and `DatabaseAway` where the database
        cannot be reached or written.
        """
        with _translated():
            if not self.is_sqlite:
                with self._writer.begin() as tx:
                    yield tx
                return
            with self._alone(), self._writer.begin() as tx:
                yield tx

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=LOCK_SECONDS):
            raise DatabaseAway("The database does not answer.", retry_after=1)
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with _translated(), self._reader.begin() as tx:
            yield tx

    def check_writable(self) -> None:
        """Raises `Unavailable` where nothing could be stored now."""
        with self.write() as tx:
            tx.execute(text("UPDATE counters SET value = value WHERE name = 'incident'"))

    def close(self) -> None:
        self._writer.dispose()
        self._reader.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Conflict("another writer was faster") from error
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None) or ""
        if state in _RETRYABLE:
            raise Conflict("another writer was faster") from error
        away = isinstance(error, OperationalError) or error.connection_invalidated
        if state == _READ_ONLY or (away and not state.startswith(_TOO_BIG)):
            raise DatabaseAway("The database does not answer.", retry_after=1) from error
        raise
    except PoolTimeout as error:
        raise DatabaseAway("Every database connection is busy.", retry_after=1) from error


def _sqlite(url: str, begin: str) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000},
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself: we do, below
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        # 32 MB of log before it is folded in: folding waits inside somebody's commit.
        connection.execute("PRAGMA wal_autocheckpoint=8000")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {begin}")

    return engine


def _postgresql(url: str) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=10,
        max_overflow=10,
        pool_timeout=CONNECT_SECONDS,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            # The planner's generic plans cost a fifth of the intake's speed.
            "options": "-c plan_cache_mode=force_custom_plan -c statement_timeout=30000",
        },
    )

    @event.listens_for(engine, "checkin")
    def _rested(_: object, record: ConnectionPoolEntry) -> None:
        record.info["rested_at"] = monotonic()

    @event.listens_for(engine, "checkout")
    def _woken(connection: Any, record: ConnectionPoolEntry, _: object) -> None:
        # SQLAlchemy's own pre-ping asks before every transaction, a tenth of the intake's time.
        if monotonic() - record.info.get("rested_at", monotonic()) > IDLE_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except psycopg.OperationalError as error:
                raise DisconnectionError from error  # the pool connects anew

    return engine


class Taken(Exception):
    """Another process serves this SQLite file already."""


@contextmanager
def sole_process(path: Path) -> Iterator[None]:
    """Holds the lock beside a SQLite file; raises `Taken` where another process has it."""
    lock = path.with_name(f"{path.name}.lock")
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Taken(f"Another candlefish serves {path}.") from error
        yield
    finally:
        os.close(handle)
