"""An app of this process on a socket of this machine, for as long as a test needs it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from sandbox.servers.loopback import HOST

_PATIENCE = 20.0  # seconds, to start and to end


class Served(uvicorn.Server):
    """Runs in a thread of its own; `before_end` is called when it begins to end."""

    def __init__(self, app: Any, listener: socket.socket, before_end: Callable[[], None]) -> None:
        """No lifespan: who serves an app starts and stops what is behind it."""
        super().__init__(uvicorn.Config(app, lifespan="off", log_config=None))
        self.address = address_of(listener)
        self._listener = listener
        self._before_end = before_end
        self._thread = threading.Thread(
            target=self.run, kwargs={"sockets": [listener]}, daemon=True
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._before_end()
        await super().shutdown(sockets)

    def start(self) -> None:
        self._thread.start()
        ends = time.monotonic() + _PATIENCE
        while not self.started:
            assert self._thread.is_alive(), "the server did not start"
            assert time.monotonic() < ends, f"the server did not start within {_PATIENCE} s"
            time.sleep(0.001)

    def leave(self) -> None:
        """Twice is once."""
        self.should_exit = True
        self._thread.join(_PATIENCE)
        self._listener.close()
        assert not self._thread.is_alive(), f"the server did not end within {_PATIENCE} s"


def listening() -> socket.socket:
    """For who must know the address before there is an app."""
    return socket.create_server((HOST, 0))


def address_of(listener: socket.socket) -> str:
    return f"http://{HOST}:{listener.getsockname()[1]}"


@contextmanager
def served(
    app: Any,
    *,
    listener: socket.socket | None = None,
    before_end: Callable[[], None] = lambda: None,
) -> Iterator[Served]:
    """The app answers at `address` until the block ends, or until it is told to leave."""
    server = Served(app, listener or listening(), before_end)
    try:
        server.start()
        yield server
    finally:
        server.leave()
