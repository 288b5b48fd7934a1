"""A Kubernetes twin as the recorded server was."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.kubernetes.kinds import NAMESPACE
from sandbox.kubernetes.twin import KubernetesTwin
from tests.contracts.kubernetes.asking import DEPLOYMENTS, PLACE, made
from tests.contracts.kubernetes.recording import recording


@pytest.fixture
def twin(contracts: Path) -> Iterator[KubernetesTwin]:
    """Only the recorded Deployment, made from the manifest that it was once applied with."""
    with KubernetesTwin() as running:
        running.store.create(NAMESPACE, {"metadata": {"name": PLACE}})
        made(running, recording(contracts, "deployment-200.http").json(), DEPLOYMENTS)
        yield running
