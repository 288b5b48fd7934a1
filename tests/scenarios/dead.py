"""Vendors that are down, in the two ways that hurt: nobody listens, or nobody ever answers."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum

from sandbox.servers.loopback import HOST


class Death(StrEnum):
    REFUSES = "connections are refused"
    HANGS = "connections are taken, and never answered"


@contextmanager
def dead(how: Death) -> Iterator[int]:
    """The port of a vendor that is down until the block ends; then the port is free."""
    with ExitStack() as stack:
        held = stack.enter_context(socket.socket())
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((HOST, 0))
        if how is Death.HANGS:
            held.listen(128)  # the kernel completes the handshakes, and that is all
        yield int(held.getsockname()[1])
