"""`python -m sandbox aws`: the AWS twin alone, until Ctrl-C."""

import argparse
import signal
from collections.abc import Sequence

from sandbox.aws.server import AwsTwin
from sandbox.servers.stop import stop_requested
from sandbox.servers.terminal import say


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="sandbox aws", description=__doc__)
    parser.add_argument("--port", type=int, default=8086, help="0: any")
    parser.add_argument("--snapshot-seconds", type=float, default=20, help="a snapshot takes")
    parser.add_argument("--rotation-seconds", type=float, default=8, help="a rotation takes")
    options = parser.parse_args(arguments)
    with (
        stop_requested(signal.SIGINT, signal.SIGTERM) as stop,
        AwsTwin(port=options.port) as twin,
    ):
        twin.databases.take_snapshots_in(options.snapshot_seconds)
        twin.secrets.rotate_in(options.rotation_seconds)
        say(f"aws at {twin.url}")
        for name, value in twin.environment().items():
            say(f"  {name}={value}")
        stop.wait()
    return 0
