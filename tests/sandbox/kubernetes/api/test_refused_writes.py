"""Writes that are refused, and in which words."""

from typing import Any

import httpx
import pytest

from sandbox.kubernetes.kinds import SERVICE
from sandbox.kubernetes.twin import KubernetesTwin
from tests.sandbox.kubernetes.api.patching import JSON_PATCH, MERGE, SERVICE_PATH, held, merge
from tests.sandbox.kubernetes.api.rig import PATH, PLACE, deployment

STRATEGIC = {"content-type": "application/strategic-merge-patch+json"}
GENERIC = "the server rejected our request due to an error in our request"


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
