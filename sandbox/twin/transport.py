"""What plain ASGI has no word for: cutting a connection in the middle of a request."""

import socket

from starlette.types import Scope
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


def cut(scope: Scope) -> None:
    """Closes the socket now, without a byte more."""
    scope["extensions"][CUT]["cut"]()
