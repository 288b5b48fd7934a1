"""Ten clients at once: exactly one of them wins, and each loser is told in the right words."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx

from sandbox.kubernetes.kinds import DEPLOYMENT
from sandbox.kubernetes.twin import KubernetesTwin
from tests.sandbox.kubernetes.api.rig import NAME, PATH, PLACE

CLIENTS = 10
Patch = Callable[[int], Any]


def race(twin: KubernetesTwin, patch: Patch, content_type: str) -> Counter[int]:
    """How many got which status."""
    start = Barrier(CLIENTS)
    headers = {
        "authorization": f"Bearer {twin.admin_token}",
        "content-type": f"application/{content_type}+json",
    }

    def run(number: int) -> int:
        with httpx.Client(base_url=twin.url, headers=headers, timeout=20) as client:
            start.wait()
            return client.patch(PATH, json=patch(number)).status_code

    with ThreadPoolExecutor(CLIENTS) as pool:
        return Counter(pool.map(run, range(CLIENTS)))


def metadata(twin: KubernetesTwin) -> dict[str, Any]:
    found: dict[str, Any] = twin.store.get(DEPLOYMENT, PLACE, NAME)["metadata"]
    return found


def image(number: int) -> dict[str, Any]:
    path = "/spec/template/spec/containers/0/image"
    return {"op": "replace", "path": path, "value": f"registry/graphql:v{number + 2}"}


def test_without_a_guard_all_succeed(twin: KubernetesTwin) -> None:
    assert race(twin, lambda number: [image(number)], "json-patch") == {200: CLIENTS}
    assert metadata(twin)["generation"] == 1 + CLIENTS


def test_a_test_on_the_generation_lets_one_through(twin: KubernetesTwin) -> None:
    guard = {"op": "test", "path": "/metadata/generation", "value": metadata(twin)["generation"]}

    assert race(twin, lambda number: [guard, image(number)], "json-patch") == {200: 1, 422: 9}
    assert len(twin.effects()) == 1


def test_a_resource_version_lets_one_through(twin: KubernetesTwin) -> None:
    version = metadata(twin)["resourceVersion"]
    guard = {"op": "replace", "path": "/metadata/resourceVersion", "value": version}

    assert race(twin, lambda number: [guard, image(number)], "json-patch") == {200: 1, 409: 9}


def test_a_merge_patch_is_guarded_by_its_resource_version(twin: KubernetesTwin) -> None:
    version = metadata(twin)["resourceVersion"]

    def patch(number: int) -> Any:
        return {"metadata": {"resourceVersion": version}, "spec": {"replicas": number + 10}}

    assert race(twin, patch, "merge-patch") == {200: 1, 409: 9}


def test_a_status_written_meanwhile_beats_every_resource_version(twin: KubernetesTwin) -> None:
    version = metadata(twin)["resourceVersion"]
    busy = twin.store.get(DEPLOYMENT, PLACE, NAME)
    busy["status"] = {"replicas": 3}
    twin.store.update_status(DEPLOYMENT, busy)

    def patch(number: int) -> Any:
        return {"metadata": {"resourceVersion": version}, "spec": {"replicas": number + 10}}

    assert race(twin, patch, "merge-patch") == {409: CLIENTS}
    assert metadata(twin)["generation"] == 1
