"""A PostgreSQL of one's own that can be stopped and started again with what it held."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from sandbox.servers import Postgres, postgres
from sandbox.servers.child import Child, start
from sandbox.servers.loopback import HOST

_STOP_SECONDS = 30.0


@dataclass(kw_only=True)
class Leaving:
    server: Postgres
    child: Child

    def stop(self) -> None:
        self.child.stop(by=signal.SIGINT, within=_STOP_SECONDS)

    def start(self) -> None:
        first = self.server.child
        words = [str(word) for word in first.process.args]  # type: ignore[union-attr] # a list it was
        user = "postgres" if os.geteuid() == 0 else None
        self.child = start(first.name, words, log=first.log, user=user, cwd=first.log.parent)
        self.child.wait_ready(self._accepts, within=_STOP_SECONDS)

    def _accepts(self) -> bool:
        try:
            psycopg.connect(
                host=HOST, port=self.server.port, user="candlefish", dbname="postgres",
                connect_timeout=5,
            ).close()  # fmt: skip
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def leaving() -> Iterator[Leaving]:
    with postgres(fsync=False) as server:
        own = Leaving(server=server, child=server.child)
        try:
            yield own
        finally:
            own.child.stop(by=signal.SIGINT)
