"""`python -m sandbox platform`: the platform twin alone, until Ctrl-C."""

import argparse
import signal
from collections.abc import Sequence
from pathlib import Path

from sandbox.platform.kubeconfig import NoCluster, cluster_address
from sandbox.platform.server import platform_twin
from sandbox.platform.watch.receiver import Receiver
from sandbox.servers.stop import stop_requested
from sandbox.servers.terminal import say


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    receiver = None
    if options.webhook:
        token = options.token_file.read_text().strip() if options.token_file else ""
        receiver = Receiver(url=options.webhook, token=token)
    cluster = None
    if options.kubeconfig:
        try:
            cluster = cluster_address(options.kubeconfig, namespace="production")
        except NoCluster as error:
            say(str(error))
            return 1
    with (
        stop_requested(signal.SIGINT, signal.SIGTERM) as stop,
        platform_twin(
            port=options.port,
            targets=options.targets,
            receiver=receiver,
            cluster=cluster,
            sites_url=options.sites,
        ) as twin,
    ):
        say(f"platform at {twin.url}")
        for name, address in twin.addresses.items():
            say(f"  {name} at {address}")
        stop.wait()
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sandbox platform", description=__doc__)
    parser.add_argument("--port", type=int, default=8082, help="of the control page; 0: any")
    parser.add_argument("--targets", type=Path, help="Prometheus file_sd file to write")
    parser.add_argument("--webhook", help="watch the platform here and send alerts to this URL")
    parser.add_argument("--token-file", type=Path, help="Bearer token for --webhook")
    parser.add_argument("--kubeconfig", type=Path, help="follow the cluster that it leads to")
    parser.add_argument("--sites", default="", help="follow the Netlify twin at this URL")
    return parser.parse_args(arguments)
