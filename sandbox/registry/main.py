"""`python -m sandbox registry`: the image registry alone, until Ctrl-C."""

import argparse
import signal
from collections.abc import Sequence

from sandbox.registry.access import Access
from sandbox.registry.server import RegistryTwin
from sandbox.servers.stop import stop_requested
from sandbox.servers.terminal import say


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="sandbox registry", description=__doc__)
    parser.add_argument("--port", type=int, default=8085, help="0: any")
    parser.add_argument("--access", type=Access, choices=list(Access), default=Access.OPEN)
    options = parser.parse_args(arguments)
    with (
        stop_requested(signal.SIGINT, signal.SIGTERM) as stop,
        RegistryTwin(port=options.port, access=options.access) as twin,
    ):
        say(f"registry at {twin.url}")
        if options.access is not Access.OPEN:
            say(f"  user {twin.account.user}, password {twin.account.password}")
        stop.wait()
    return 0
