from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.kubernetes.cluster import KubernetesCluster
from sandbox.kubernetes.twin import KubernetesTwin
from tests.adapters.kubernetes.scene import Connect, connecting, furnish


@pytest.fixture
def twin() -> Iterator[KubernetesTwin]:
    with KubernetesTwin() as running:
        furnish(running)
        yield running


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Connect]:
    with connecting(tmp_path) as made:
        yield made


@pytest.fixture
def cluster(twin: KubernetesTwin, connect: Connect) -> KubernetesCluster:
    return connect(twin.kubeconfig())
