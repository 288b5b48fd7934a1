"""A real PostgreSQL on loopback, with a database cluster of its own."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from sandbox.servers.binaries import Binary
from sandbox.servers.child import Child, NotReady, start
from sandbox.servers.folder import folder_for
from sandbox.servers.loopback import HOST, listening

_ROLE = "candlefish"
_PACKAGED_USER = "postgres"
_INITDB_SECONDS = 60.0
_CONNECT_SECONDS = 5


@dataclass(frozen=True, kw_only=True)
class Postgres:
    port: int
    child: Child

    def url(self, database: str = "postgres") -> str:
        """For SQLAlchemy with psycopg 3."""
        return f"postgresql+psycopg://{_ROLE}@{HOST}:{self.port}/{database}"

    def create(self, database: str) -> str:
        """Make an empty database and return its URL."""
        with _connect(self.port) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, ending the sessions that still use it."""
        with _connect(self.port) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
            )


@contextlib.contextmanager
def postgres(*, fsync: bool = True, port: int = 0) -> Iterator[Postgres]:
    """Run an empty server; without `fsync` it is faster and forgets a power cut.

    Raises NotInstalled, or NotReady with the end of its log.
    """
    binary = Binary.POSTGRES.path()
    # It refuses to run as root; the packaged user can reach a folder of its own under /tmp only.
    user = _PACKAGED_USER if os.geteuid() == 0 else None
    with folder_for("postgres", None) as home:
        if user is not None:
            shutil.chown(home, user=user)
        _make_cluster(binary.with_name("initdb"), home=home, user=user)

        def launch(chosen: int) -> Child:
            settings = {
                "listen_addresses": HOST,
                "port": str(chosen),
                "unix_socket_directories": "",
                "fsync": "on" if fsync else "off",
                "full_page_writes": "on" if fsync else "off",
                "max_connections": "200",
            }
            options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
            command = [str(binary), "-D", str(home / "data"), *options]
            return start("PostgreSQL", command, log=home / "postgres.log", user=user, cwd=home)

        # SIGINT is its fast shutdown; SIGTERM waits for clients to leave.
        with listening(launch, ready=_accepts, port=port, by=signal.SIGINT) as server:
            yield Postgres(port=server.port, child=server.child)


def _make_cluster(initdb: Path, *, home: Path, user: str | None) -> None:
    words = ["-U", _ROLE, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(  # noqa: S603 - the command is ours, and no shell reads it
        [initdb, "-D", home / "data", *words],
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=_INITDB_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise NotReady(f"initdb ended with status {done.returncode}:\n{done.stderr}")


def _connect(port: int) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=HOST,
        port=port,
        user=_ROLE,
        dbname="postgres",
        connect_timeout=_CONNECT_SECONDS,
        autocommit=True,
    )


def _accepts(port: int) -> bool:
    try:
        _connect(port).close()
    except psycopg.OperationalError:
        return False
    return True
