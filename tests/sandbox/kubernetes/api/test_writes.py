"""Writes: generation, resourceVersion, dry runs, and what is refused in which words."""

from typing import Any

import httpx
import pytest

from sandbox.kubernetes.kinds import DEPLOYMENT, SERVICE
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.twin import KubernetesTwin
from tests.sandbox.kubernetes.api.rig import NAME, PATH, PLACE, deployment, service

JSON_PATCH = {"content-type": "application/json-patch+json"}
MERGE = {"content-type": "application/merge-patch+json"}
STRATEGIC = {"content-type": "application/strategic-merge-patch+json"}
SERVICE_PATH = f"/api/v1/namespaces/{PLACE}/services/docs"
GENERIC = "the server rejected our request due to an error in our request"


def held(twin: KubernetesTwin) -> Object:
    return twin.store.get(DEPLOYMENT, PLACE, NAME)


def merge(http: httpx.Client, body: Any, path: str = PATH) -> httpx.Response:
    return http.patch(path, json=body, headers=MERGE)


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


def test_strict_validation_refuses_an_unknown_field(http: httpx.Client) -> None:
    strict = "fieldValidation=Strict"
    patched = http.patch(f"{PATH}?{strict}", json={"spec": {"replicaz": 4}}, headers=MERGE)
    created = http.post(
        f"/apis/apps/v1/namespaces/{PLACE}/deployments?{strict}",
        json=deployment("new", replicaz=4),
    )

    assert (patched.status_code, created.status_code) == (422, 400)
    for answer in (patched, created):
        said = 'strict decoding error: unknown field "spec.replicaz"'
        assert said in answer.json()["message"]


def test_fields_may_be_unknown_in_silence(http: httpx.Client) -> None:
    answer = http.patch(
        f"{PATH}?fieldValidation=Ignore", json={"spec": {"replicaz": 4}}, headers=MERGE
    )

    assert answer.status_code == 200
    assert "warning" not in answer.headers


@pytest.mark.parametrize(
    ("patch", "words"),
    [
        ([{"op": "test", "path": "/metadata/generation", "value": 99}], GENERIC),
        ([{"op": "replace", "path": "/spec/nowhere/x", "value": 1}], GENERIC),
        ([{"op": "add", "path": "/metadata/annotations/x", "value": "1"}], GENERIC),
        ([{"op": "conjure", "path": "/spec"}], GENERIC),
    ],
)
def test_json_patches_that_do_not_fit(http: httpx.Client, patch: Any, words: str) -> None:
    answer = http.patch(PATH, json=patch, headers=JSON_PATCH)

    assert answer.status_code == 422
    assert (answer.json()["message"], answer.json()["reason"]) == (words, "Invalid")


@pytest.mark.parametrize(
    ("headers", "body", "code"),
    [
        (JSON_PATCH, b"{}", 400),
        (JSON_PATCH, b"no json", 400),
        (MERGE, b"[]", 400),
        (STRATEGIC, b"[]", 400),
        (MERGE, b'{"spec": {"replicas": "four"}}', 400),
        (MERGE, b'{"metadata": {"name": "other"}}', 400),
        (MERGE, b'{"kind": "Service"}', 400),
        ({"content-type": "text/plain"}, b"{}", 415),
        ({"content-type": "application/apply-patch+yaml"}, b"{}", 415),
    ],
)
def test_patches_that_are_none(
    twin: KubernetesTwin, http: httpx.Client, headers: dict[str, str], body: bytes, code: int
) -> None:
    before = held(twin)

    answer = http.patch(PATH, content=body, headers=headers)

    assert answer.status_code == code
    assert answer.json()["kind"] == "Status"
    assert held(twin) == before


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"replicas": -1}, "spec.replicas", "must be greater than or equal to 0"),
        ({"selector": {"matchLabels": {"app": "x"}}}, "spec.selector", "field is immutable"),
        (
            {"template": {"metadata": {"labels": {"app": "x"}}}},
            "spec.template.metadata.labels",
            "`selector` does not match template `labels`",
        ),
        ({"template": {"spec": {"containers": []}}}, "spec.template.spec.containers", "Required"),
        (
            {"template": {"spec": {"containers": [{"name": "a"}]}}},
            "spec.template.spec.containers[0].image",
            "Required value",
        ),
        (
            {"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}}},
            "spec.strategy.rollingUpdate.maxUnavailable",
            "may not be 0 when `maxSurge` is 0",
        ),
        ({"progressDeadlineSeconds": 0}, "spec.progressDeadlineSeconds", "minReadySeconds"),
    ],
)
def test_deployments_that_cannot_be(
    http: httpx.Client, change: Any, field: str, words: str
) -> None:
    answer = merge(http, {"spec": change})

    assert answer.status_code == 422
    causes = answer.json()["details"]["causes"]
    assert field in {cause["field"] for cause in causes}
    assert words in answer.json()["message"]


def test_a_selector_that_matches_nothing_is_taken(twin: KubernetesTwin, http: httpx.Client) -> None:
    answer = merge(http, {"spec": {"selector": {"version": "purple"}}}, SERVICE_PATH)

    assert answer.status_code == 200
    assert twin.store.get(SERVICE, PLACE, "docs")["spec"]["selector"]["app"] == "docs"


def test_a_stale_resource_version_is_a_conflict(twin: KubernetesTwin, http: httpx.Client) -> None:
    stale = twin.store.get(SERVICE, PLACE, "docs")
    merge(http, {"spec": {"selector": {"version": "green"}}}, SERVICE_PATH)
    body = {"metadata": {"resourceVersion": stale["metadata"]["resourceVersion"]}}

    assert merge(http, body, SERVICE_PATH).status_code == 409
    assert http.put(SERVICE_PATH, json=stale).status_code == 409
    del stale["metadata"]["resourceVersion"]
    assert http.put(SERVICE_PATH, json=stale).status_code == 200


def test_creations_that_cannot_be(http: httpx.Client) -> None:
    where = "/apis/apps/v1/namespaces/{}/deployments"

    again = http.post(where.format(PLACE), json=deployment())
    nowhere = http.post(where.format("nowhere"), json={**deployment("x"), "metadata": {}})
    elsewhere = http.post(where.format("default"), json=deployment("x"))
    nameless = http.post(where.format(PLACE), json={**deployment(), "metadata": {}})

    assert (again.status_code, again.json()["reason"]) == (409, "AlreadyExists")
    assert nowhere.json()["message"] == 'namespaces "nowhere" not found'
    assert elsewhere.status_code == 400
    assert nameless.status_code == 422


def test_methods_and_places_that_are_not_served(http: httpx.Client) -> None:
    assert http.post(PATH, json={}).status_code == 405
    assert http.get(f"{PATH}/rollback").status_code == 404
    assert http.get("/apis/apps/v1/namespaces/production/daemons").status_code == 404
    assert http.get("/apis/nobody.io/v1/things").text == "404 page not found\n"


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
