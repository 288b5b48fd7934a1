"""Writes: generation, resourceVersion, dry runs, and what is left out."""

from typing import Any

import httpx
import pytest

from sandbox.kubernetes.kinds import SERVICE
from sandbox.kubernetes.twin import KubernetesTwin
from tests.sandbox.kubernetes.api.patching import JSON_PATCH, MERGE, SERVICE_PATH, held, merge
from tests.sandbox.kubernetes.api.rig import PATH, PLACE, service


@pytest.mark.parametrize(
    ("body", "raised"),
    [
        ({"spec": {"replicas": 4}}, 1),
        ({"metadata": {"annotations": {"a": "1"}}}, 1),
        ({"metadata": {"labels": {"a": "1"}}}, 0),
    ],
)
def test_generation_rises_with_spec_and_annotations(
    twin: KubernetesTwin, http: httpx.Client, body: Any, raised: int
) -> None:
    before = held(twin)["metadata"]

    after = merge(http, body).json()["metadata"]

    assert after["generation"] == before["generation"] + raised
    assert int(after["resourceVersion"]) > int(before["resourceVersion"])


def test_a_write_that_changes_nothing_is_none(twin: KubernetesTwin, http: httpx.Client) -> None:
    before = held(twin)
    template = before["spec"]["template"]

    patch = [{"op": "replace", "path": "/spec/template", "value": template}]
    answer = http.patch(PATH, json=patch, headers=JSON_PATCH)

    assert answer.json() == before
    assert twin.effects() == []


def test_a_status_sent_to_the_object_itself_changes_nothing(
    twin: KubernetesTwin, http: httpx.Client
) -> None:
    assert merge(http, {"status": {"replicas": 7}}).status_code == 200
    assert held(twin)["status"] == {}

    merge(http, {"status": {"replicas": 7}}, f"{PATH}/status")
    assert held(twin)["status"] == {"replicas": 7}


def test_the_status_door_takes_annotations_and_leaves_the_generation(
    twin: KubernetesTwin, http: httpx.Client
) -> None:
    body = {"metadata": {"annotations": {"revision": "2"}}, "spec": {"replicas": 9}}

    merge(http, body, f"{PATH}/status")

    after = held(twin)
    assert after["metadata"]["annotations"] == {"revision": "2"}
    assert (after["metadata"]["generation"], after["spec"]["replicas"]) == (1, 3)


def test_a_dry_run_shows_all_and_keeps_nothing(twin: KubernetesTwin, http: httpx.Client) -> None:
    before = held(twin)

    shown = http.patch(f"{PATH}?dryRun=All", json={"spec": {"replicas": 9}}, headers=MERGE).json()

    assert shown["spec"]["replicas"] == 9
    assert shown["metadata"]["generation"] == before["metadata"]["generation"] + 1
    assert shown["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]
    assert held(twin) == before
    assert twin.effects() == []


def test_dry_runs_of_creation_and_deletion(twin: KubernetesTwin, http: httpx.Client) -> None:
    where = f"/api/v1/namespaces/{PLACE}/services"

    made = http.post(f"{where}?dryRun=All", json=service("new", app="new"))
    gone = http.delete(f"{where}/docs?dryRun=All")

    assert (made.status_code, gone.status_code) == (201, 200)
    assert [each["metadata"]["name"] for each in twin.store.list(SERVICE)] == ["docs"]


def test_an_unknown_field_is_dropped_with_a_warning(
    twin: KubernetesTwin, http: httpx.Client
) -> None:
    answer = merge(http, {"spec": {"replicaz": 4}})

    assert answer.status_code == 200
    assert answer.headers["warning"] == '299 - "unknown field \\"spec.replicaz\\""'
    assert "replicaz" not in held(twin)["spec"]


def test_fields_may_be_unknown_in_silence(http: httpx.Client) -> None:
    answer = http.patch(
        f"{PATH}?fieldValidation=Ignore", json={"spec": {"replicaz": 4}}, headers=MERGE
    )

    assert answer.status_code == 200
    assert "warning" not in answer.headers


def test_a_selector_that_matches_nothing_is_taken(twin: KubernetesTwin, http: httpx.Client) -> None:
    answer = merge(http, {"spec": {"selector": {"version": "purple"}}}, SERVICE_PATH)

    assert answer.status_code == 200
    assert twin.store.get(SERVICE, PLACE, "docs")["spec"]["selector"]["app"] == "docs"


def test_server_side_facts_cannot_be_written(twin: KubernetesTwin, http: httpx.Client) -> None:
    before = held(twin)["metadata"]
    lies = {
        "generation": 77,
        "creationTimestamp": None,
        "deletionTimestamp": "2030-01-01T00:00:00Z",
    }

    after = merge(http, {"metadata": lies}).json()["metadata"]

    assert after == before
    assert merge(http, {"metadata": {"uid": "another"}}).status_code == 409
