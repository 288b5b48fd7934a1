"""Serves a vendor's half on a loopback port, in a thread of this process."""

import threading
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp

from sandbox.twin.door import Door, Refusal, plain_refusal
from sandbox.twin.faults import Faults
from sandbox.twin.journal import Journal
from sandbox.twin.transport import CuttableProtocol, listen

STOP_SECONDS = 2


class HttpTwin:
    """`with HttpTwin(app) as twin:`; vendors derive from it and add their own words."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        port: int = 0,
        refusal: Refusal = plain_refusal,
        name: str = "twin",
    ) -> None:
        """Binds at once; `port` 0 lets the kernel choose."""
        self.faults = Faults()
        self.journal = Journal()
        self.door = Door(app, faults=self.faults, journal=self.journal, refusal=refusal)
        self._socket = listen(port)
        self.port: int = self._socket.getsockname()[1]
        self._server = uvicorn.Server(
            uvicorn.Config(
                self.door,
                http=CuttableProtocol,
                ws="none",
                loop="asyncio",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=STOP_SECONDS,
            )
        )
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        """Connections are taken from here on: the socket listens already."""
        self._thread.start()
        return self

    def stop(self) -> None:
        self.door.close()
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()
        self._socket.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])
