"""A whole cluster at once: the API on its socket, the controllers, and the platform in it."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.kubernetes.controllers.manager import Controllers
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.kinds import DEPLOYMENT, ENDPOINTSLICE, SERVICE
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.seed.platform import seed
from sandbox.kubernetes.seed.release import REGISTRY
from sandbox.kubernetes.store import Store
from sandbox.kubernetes.twin import KubernetesTwin

_START_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Cluster:
    api: KubernetesTwin
    controllers: Controllers

    @property
    def store(self) -> Store:
        return self.api.store


@contextlib.contextmanager
def platform_cluster(
    *, port: int = 0, pace: Pace | None = None, registry: str = REGISTRY, schema: bool = True
) -> Iterator[Cluster]:
    """Run the seeded cluster until the block ends; all pods are ready when it begins.

    `pace` counts from then on: the start is always fast. `schema` says whether releases declare
    the schema that they need.
    """
    with KubernetesTwin(port=port) as api, Controllers(api.store) as controllers:
        seed(api.store, controllers.load, registry=registry, schema=schema)
        _wait_ready(api.store)
        if pace is not None:
            controllers.pace.take(pace)
        yield Cluster(api=api, controllers=controllers)


def _wait_ready(store: Store) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _is_ready(store):
        if time.monotonic() > deadline:
            raise RuntimeError("the seeded pods did not become ready; see the traceback above")
        store.wait(store.newest, 0.1)


def _is_ready(store: Store) -> bool:
    with store.lock:
        deployments, slices = store.list(DEPLOYMENT), store.list(ENDPOINTSLICE)
        return (
            all(_is_full(one) for one in deployments)
            and len(slices) == len(store.list(SERVICE))
            and all(_is_served(one) for one in slices)
        )


def _is_full(deployment: Object) -> bool:
    available = deployment["status"].get("availableReplicas", 0)
    return bool(available == deployment["spec"]["replicas"])


def _is_served(endpoints: Object) -> bool:
    found = endpoints["endpoints"]
    return bool(found) and all(one["conditions"]["ready"] for one in found)
