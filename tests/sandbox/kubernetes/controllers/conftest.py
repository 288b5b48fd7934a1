from collections.abc import Iterator

import pytest

from sandbox.kubernetes.controllers.manager import Controllers
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.store import Store
from tests.sandbox.kubernetes.controllers.cluster import Cluster


@pytest.fixture
def pace() -> Pace:
    return Pace(ready_after=0.02, stop_after=0.02, second=0.05)


@pytest.fixture
def cluster(pace: Pace) -> Iterator[Cluster]:
    store = Store()
    with Controllers(store, pace=pace) as controllers:
        yield Cluster(store, controllers)
