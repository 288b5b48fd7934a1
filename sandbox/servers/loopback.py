"""Ports on 127.0.0.1: a free one, who listens there, and starting a server on one."""

import contextlib
import http.client
import secrets
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

import httpx

from sandbox.servers.child import Child, NotReady, running

HOST = "127.0.0.1"
_ATTEMPTS = 3
# Below those that Linux (from 32768) and others (from 49152) give to whoever connects: one of
# those that was free is soon some client's, before a server that starts slowly has bound it.
_NEVER_OUTGOING = range(12_000, 32_000)


@dataclass(frozen=True, kw_only=True)
class Listening:
    child: Child
    port: int


def free_port() -> int:
    """A port that was free just now; another server may still take it first."""
    while not is_free(port := secrets.choice(_NEVER_OUTGOING)):
        pass
    return port


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do; without it a port in TIME_WAIT would seem taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        with socket.create_connection((HOST, port), timeout=1.0):
            return True
    except OSError:
        return False


def answers(url: str) -> bool:
    """Whether a GET is answered with a 2xx within a second."""
    where = urlsplit(url)
    # Asked many times a second: an httpx client would load its certificates each time.
    connection = http.client.HTTPConnection(where.netloc, timeout=1.0)
    try:
        connection.request("GET", where.path)
        return httpx.codes.is_success(connection.getresponse().status)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextlib.contextmanager
def listening(
    launch: Callable[[int], Child],
    *,
    ready: Callable[[int], bool],
    port: int = 0,
    within: float = 30.0,
    by: signal.Signals = signal.SIGTERM,
) -> Iterator[Listening]:
    """Run `launch(port)` until the block ends; port 0 is a free one, or the next if it was lost."""
    with contextlib.ExitStack() as stack:
        for attempt in range(1, _ATTEMPTS + 1):
            chosen = port or free_port()
            child = stack.enter_context(running(launch(chosen), by=by))
            try:
                child.wait_ready(partial(ready, chosen), within=within)
                break
            except NotReady:
                lost = "ddress already in use" in child.tail()
                if port or not lost or attempt == _ATTEMPTS:
                    raise
        yield Listening(child=child, port=chosen)
