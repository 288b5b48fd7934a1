"""Takes a test's database away, and gives it back."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg
import pytest
from psycopg import sql

from bot.store.database import Database
from sandbox.servers import Postgres


def cut_off(db: Database, request: pytest.FixtureRequest) -> AbstractContextManager[None]:
    if db.is_sqlite:
        return _read_only(db)
    server: Postgres = request.getfixturevalue("postgres_server")
    return _shut(server, db.url.database or "")


@contextmanager
def _read_only(db: Database) -> Iterator[None]:
    for word in ("ON", "OFF"):
        connection = db.engine.raw_connection()
        connection.cursor().execute(f"PRAGMA query_only={word}")
        connection.close()
        if word == "ON":
            yield


@contextmanager
def _shut(server: Postgres, name: str) -> Iterator[None]:
    """Nobody gets in any more, and who is in is thrown out."""
    switch = "ALTER DATABASE {} ALLOW_CONNECTIONS {}"
    address = server.url().replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True, connect_timeout=5) as admin:
        admin.execute(sql.SQL(switch).format(sql.Identifier(name), sql.SQL("false")))
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        yield
        admin.execute(sql.SQL(switch).format(sql.Identifier(name), sql.SQL("true")))
