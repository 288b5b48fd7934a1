"""A furnished twin, and clients on it: the official one and a plain one."""

from collections.abc import Iterator

import httpx
import pytest
from kubernetes import client

from sandbox.kubernetes.twin import KubernetesTwin
from tests.sandbox.kubernetes.api.rig import connected, furnish


@pytest.fixture
def twin() -> Iterator[KubernetesTwin]:
    with KubernetesTwin() as running:
        furnish(running)
        yield running


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
