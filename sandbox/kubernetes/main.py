"""`python -m sandbox kubernetes`: a Kubernetes API with the platform in it, until Ctrl-C."""

import argparse
import contextlib
import os
import signal
from collections.abc import Sequence
from pathlib import Path

from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.kinds import DEPLOYMENT
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.seed import Cluster, platform_cluster
from sandbox.kubernetes.seed.release import REGISTRY
from sandbox.servers.stop import stop_requested
from sandbox.servers.terminal import say


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    if options.kubeconfig and options.kubeconfig.exists():
        say(f"{options.kubeconfig} exists already and may be yours; name a file that does not")
        return 1
    pace = Pace(ready_after=options.ready_after, stop_after=1.0)
    with (
        stop_requested(signal.SIGINT, signal.SIGTERM) as stop,
        platform_cluster(port=options.port, pace=pace, registry=options.registry) as cluster,
        contextlib.ExitStack() as stack,
    ):
        if options.kubeconfig:
            write_kubeconfig(options.kubeconfig, cluster)
            stack.callback(options.kubeconfig.unlink, missing_ok=True)
        for line in welcome(cluster, options.kubeconfig):
            say(line)
        stop.wait()
    return 0


def write_kubeconfig(file: Path, cluster: Cluster) -> None:
    """For its owner alone: the token in it may do everything."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(cluster.api.kubeconfig())


def welcome(cluster: Cluster, kubeconfig: Path | None) -> list[str]:
    """What it serves, line by line."""
    served = [_row(one) for one in cluster.store.list(DEPLOYMENT)]
    how = (
        f"try: KUBECONFIG={kubeconfig} kubectl get deployments --all-namespaces"
        if kubeconfig
        else "with --kubeconfig FILE it writes the file that kubectl and the bot need"
    )
    return [f"Kubernetes API at {cluster.api.url}", *served, how]


def _row(deployment: Object) -> str:
    metadata = deployment["metadata"]
    version = metadata["labels"]["app.kubernetes.io/version"]
    replicas = deployment["spec"]["replicas"]
    pods = "1 pod" if replicas == 1 else f"{replicas} pods"
    return f"  {metadata['namespace']}/{metadata['name']} {version}, {pods}"


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sandbox kubernetes", description=__doc__)
    parser.add_argument("--port", type=int, default=8083, help="of the API; 0: any")
    parser.add_argument("--kubeconfig", type=Path, help="file to write, removed at the end")
    parser.add_argument("--registry", default=REGISTRY, help="host of the images")
    parser.add_argument(
        "--ready-after", type=float, default=3.0, help="seconds that a pod takes to be ready"
    )
    return parser.parse_args(arguments)
