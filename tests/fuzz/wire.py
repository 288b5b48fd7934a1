"""Raw bytes over a socket and the status that comes back: no client that would correct anything."""

import contextlib
import socket
from dataclasses import dataclass

from sandbox.servers.loopback import HOST

_PATIENCE = 30.0
_ENOUGH = 65_536
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, kw_only=True)
class Shot:
    """`framed`: its bytes are HTTP, which must be answered; `authentic`: its credentials are right.

    `open_to_all` are pages and probes that need none.
    """

    raw: bytes
    what: str
    authentic: bool
    framed: bool = True
    open_to_all: bool = False


def request(
    method: bytes, target: bytes, headers: Headers, body: bytes = b"", *, length: bool = True
) -> bytes:
    sized = [(b"content-length", b"%d" % len(body))] if length else []
    lines = [b"%s: %s" % one for one in [(b"host", b"bot"), *headers, *sized]]
    return b"%s %s HTTP/1.1\r\n%s\r\n\r\n" % (method, target, b"\r\n".join(lines)) + body


def fire(port: int, shot: Shot) -> int:
    """The status of the first answer, 0 where the connection was closed without one."""
    with socket.create_connection((HOST, port), timeout=_PATIENCE) as connection:
        with contextlib.suppress(OSError):  # it may answer before it has read everything
            connection.sendall(shot.raw)
            if not shot.framed:
                connection.shutdown(socket.SHUT_WR)
        head = b""
        with contextlib.suppress(ConnectionError):
            while b"\r\n\r\n" not in head and len(head) < _ENOUGH:
                part = connection.recv(_ENOUGH)
                if not part:
                    break
                head += part
    return int(head.split(b" ", 2)[1]) if head.startswith(b"HTTP/1.") else 0
