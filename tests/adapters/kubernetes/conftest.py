from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.kubernetes.cluster import KubernetesCluster
from sandbox.kubernetes.twin import KubernetesTwin
from tests.adapters.kubernetes.scene import connected, furnish


@pytest.fixture
def twin() -> Iterator[KubernetesTwin]:
    with KubernetesTwin() as running:
        furnish(running)
        yield running


@pytest.fixture
def cluster(twin: KubernetesTwin, tmp_path: Path) -> Iterator[KubernetesCluster]:
    cluster = connected(twin, tmp_path)
    yield cluster
    cluster.close()
