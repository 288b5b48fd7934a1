"""What plain ASGI has no word for: cutting a connection, and a clock of the twin's own."""

import socket
from collections.abc import Callable
from email.utils import formatdate

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

CUT = "candlefish.cut"
BACKLOG = 128


def listen(port: int) -> socket.socket:
    """A listening socket on loopback; 0 lets the kernel choose."""
    # Named as TCP, or asyncio leaves Nagle's algorithm on and every answer takes 40 ms.
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(("127.0.0.1", port))
        found.listen(BACKLOG)
    except OSError:
        found.close()
        raise
    return found


class CuttableProtocol(HttpToolsProtocol):
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {CUT: {"cut": self.transport.abort}}


def cut(request: Request) -> Response:
    """Closes the socket now; what is returned goes nowhere."""
    close: Callable[[], None] = request.scope["extensions"][CUT]["cut"]
    close()
    return Response(status_code=503)


class Dated:
    """Every answer carries the twin's own time, which callers measure their clock against."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float]) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = formatdate(self._clock(), usegmt=True).encode()
                message["headers"] = [*message.get("headers", ()), (b"date", date)]
            await send(message)

        await self._app(scope, receive, dated if scope["type"] == "http" else send)
