"""Fresh databases for tests: empty, or at this release's schema, copied from a template."""

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from bot.store.database import Database
from bot.store.migrate import migrate
from sandbox.servers import Postgres

_numbers = itertools.count(1)


class SqliteMaker:
    def __init__(self, home: Path) -> None:
        self._template = home / "template.db"
        _migrate(f"sqlite:///{self._template}")

    @contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        yield f"sqlite:///{folder}/candlefish.db"

    @contextmanager
    def migrated(self, folder: Path) -> Iterator[str]:
        shutil.copy(self._template, folder / "candlefish.db")
        yield f"sqlite:///{folder}/candlefish.db"


class PostgresMaker:
    def __init__(self, server: Postgres) -> None:
        self._server = server
        _migrate(server.create("migrated"))

    @contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        with self._copy_of("template1") as url:
            yield url

    @contextmanager
    def migrated(self, folder: Path) -> Iterator[str]:
        with self._copy_of("migrated") as url:
            yield url

    @contextmanager
    def _copy_of(self, template: str) -> Iterator[str]:
        name = f"test_{next(_numbers)}"
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        address = self._server.url().replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
            connection.execute(words.format(sql.Identifier(name), sql.Identifier(template)))
        yield self._server.url(name)
        self._server.drop(name)


def _migrate(url: str) -> None:
    database = Database(url)
    migrate(database)
    database.close()
