"""Reads from a kubeconfig where the cluster is and with which token to ask."""

from pathlib import Path
from typing import Any

import yaml

from sandbox.platform.cluster_api import ClusterAddress


class NoCluster(Exception):
    """The file leads nowhere; the message says which file would."""


def cluster_address(file: Path, *, namespace: str) -> ClusterAddress:
    """Of its current context; raises NoCluster.

    Only what the sandbox writes is read: a plain address and a token.
    """
    try:
        config = yaml.safe_load(file.read_text())
        context = _named(config["contexts"], config["current-context"])["context"]
        cluster = _named(config["clusters"], context["cluster"])["cluster"]
        user = _named(config["users"], context["user"])["user"]
        url, token = cluster["server"], user["token"]
    except (OSError, yaml.YAMLError, LookupError, TypeError) as error:
        hint = "name the one that `python -m sandbox kubernetes --kubeconfig FILE` wrote"
        raise NoCluster(f"{file} leads to no cluster of the sandbox; {hint}") from error
    return ClusterAddress(url=url, token=token, namespace=namespace)


def _named(listed: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return {each["name"]: each for each in listed}[name]
