"""`python -m sandbox ship COMPONENT TAG`: what the platform's delivery pipeline does."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from sandbox.platform.cluster_api import ClusterClient
from sandbox.platform.kubeconfig import NoCluster, cluster_address
from sandbox.platform.pipeline import NotShipped, Pipeline
from sandbox.servers.terminal import say


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    try:
        where = cluster_address(options.kubeconfig, namespace=options.namespace)
    except NoCluster as error:
        say(str(error))
        return 1
    client = ClusterClient(where)
    try:
        shipped = Pipeline(client, patience=options.patience).ship(options.component, options.tag)
    except NotShipped as error:
        say(str(error))
        return 1
    finally:
        client.close()
    color = f" on {shipped.color}, which has the traffic now" if shipped.color else ""
    say(f"{shipped.component} {shipped.tag} is there{color}")
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sandbox ship", description=__doc__)
    parser.add_argument("component", help="such as graphql-api")
    parser.add_argument("tag", help="v1.4.3; with -bad, -slow or -down at its end it behaves so")
    parser.add_argument("--kubeconfig", type=Path, required=True, help="that `kubernetes` wrote")
    parser.add_argument("--namespace", default="production")
    parser.add_argument(
        "--patience", type=float, default=120.0, help="seconds for its pods to be ready"
    )
    return parser.parse_args(arguments)
