"""A furnished twin, and clients on it: the official one and a plain one."""

from collections.abc import Iterator

import httpx
import pytest
from kubernetes import client

from sandbox.kubernetes.kinds import STORED
from sandbox.kubernetes.objects import name_of, namespace_of
from sandbox.kubernetes.twin import KubernetesTwin
from tests.sandbox.kubernetes.api.rig import connected, furnish


@pytest.fixture(scope="session")
def running() -> Iterator[KubernetesTwin]:
    """One server for all of these tests: starting and stopping takes longer than most of them."""
    with KubernetesTwin() as running:
        yield running


@pytest.fixture
def twin(running: KubernetesTwin) -> KubernetesTwin:
    """As if it were new."""
    for kind in STORED:
        for obj in running.store.list(kind):
            running.store.delete(kind, namespace_of(obj), name_of(obj))
    running.faults.clear()
    running.policies.clear()
    running.journal.clear()
    furnish(running)
    return running


@pytest.fixture
def api(twin: KubernetesTwin) -> Iterator[client.ApiClient]:
    with connected(twin) as found:
        yield found


@pytest.fixture
def apps(api: client.ApiClient) -> client.AppsV1Api:
    return client.AppsV1Api(api)


@pytest.fixture
def core(api: client.ApiClient) -> client.CoreV1Api:
    return client.CoreV1Api(api)


@pytest.fixture
def http(twin: KubernetesTwin) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {twin.admin_token}"}
    with httpx.Client(base_url=twin.url, headers=headers, timeout=10) as plain:
        yield plain
