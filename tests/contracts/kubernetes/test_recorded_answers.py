"""The Kubernetes twin answers as a recorded real API server did, to the word."""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.kubernetes.api.field_tree import without
from sandbox.kubernetes.kinds import DEPLOYMENT, ENDPOINTSLICE, REPLICASET
from sandbox.kubernetes.twin import KubernetesTwin
from tests.contracts.kubernetes.asking import (
    APPS,
    DEPLOYMENTS,
    GRAPHQL,
    LAST_APPLIED,
    MERGE,
    PLACE,
    SERVICES,
    Request,
    agrees,
    ask,
    made,
)
from tests.contracts.kubernetes.recording import masked, recording

SLICES = f"/apis/discovery.k8s.io/v1/namespaces/{PLACE}/endpointslices"
NEVER = [{"op": "test", "path": "/metadata/generation", "value": -1}]
REFUSED = {
    "dryrun-bad-422.http": Request(method="PATCH", path=GRAPHQL, body={}, query={"dryRun": "yes"}),
    "forbidden-403.http": Request(path=GRAPHQL, user="nobody"),
    "invalid-422.http": Request(method="PATCH", path=GRAPHQL, body={"spec": {"replicas": -1}}),
    "jsonpatch-test-failed-422.http": Request(
        method="PATCH", path=GRAPHQL, body=NEVER, content_type="application/json-patch+json"
    ),
    "notfound-404.http": Request(path=f"{DEPLOYMENTS}/nope"),
    "stale-rv-409.http": Request(
        method="PATCH", path=GRAPHQL, body={"metadata": {"resourceVersion": "1"}}
    ),
    "unauthorized-401.http": Request(path=GRAPHQL, user="unknown"),
    "unknown-group-404.http": Request(path="/apis/nobody.io/v1/things"),
    "unsupported-415.http": Request(
        method="PATCH", path=GRAPHQL, body={}, content_type="text/plain"
    ),
}
SHOWN = {
    "deployment-200.http",
    "endpointslices-200.http",
    "replicasets-200.http",
    "service-200.http",
    "unknown-field-warning-200.http",
    "watch-expired-410.http",
    "watch-rollout.http",
}


def test_every_recording_is_compared(contracts: Path) -> None:
    names = {path.name for path in (contracts / "kubernetes").glob("*.http")}

    assert names == SHOWN | set(REFUSED)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refused_in_the_same_words(contracts: Path, twin: KubernetesTwin, name: str) -> None:
    recorded = recording(contracts, name)

    answer = ask(twin, REFUSED[name])

    agrees(answer, recorded)
    if "json" in recorded.headers["content-type"]:
        assert answer.json() == recorded.json()
        assert list(answer.json()) == list(recorded.json())
    else:
        assert answer.text.strip() == recorded.body.strip()
    assert answer.headers["content-length"] == recorded.headers["content-length"]


def test_a_deployment_is_completed_and_shown_the_same(
    contracts: Path, twin: KubernetesTwin
) -> None:
    recorded = recording(contracts, "deployment-200.http")

    answer = ask(twin, Request(path=GRAPHQL))

    agrees(answer, recorded)
    assert masked(answer.json()) == masked(recorded.json())


def test_a_service_is_completed_and_shown_the_same(contracts: Path, twin: KubernetesTwin) -> None:
    recorded = recording(contracts, "service-200.http")
    made(twin, recorded.json(), SERVICES)

    answer = ask(twin, Request(path=f"{SERVICES}/docs"))

    agrees(answer, recorded)
    assert masked(answer.json()) == masked(recorded.json())
    assert "generation" not in answer.json()["metadata"]


def test_fields_are_signed_the_same(contracts: Path, twin: KubernetesTwin) -> None:
    recorded = recording(contracts, "service-200.http").json()
    manifest = json.loads(recorded["metadata"]["annotations"][LAST_APPLIED])
    docs = f"{SERVICES}/docs"
    manifest["metadata"]["annotations"] = recorded["metadata"]["annotations"]
    ask(twin, signed("kubectl-client-side-apply", "POST", SERVICES, manifest))
    for version in ("green", "blue"):
        body = {"spec": {"selector": {"version": version}}}
        ask(twin, signed("OpenAPI-Generator", "PATCH", docs, body))

    entries = ask(twin, Request(path=docs)).json()["metadata"]["managedFields"]

    assert timeless(entries) == timeless(recorded["metadata"]["managedFields"])


def test_a_manifest_is_signed_the_same(contracts: Path, twin: KubernetesTwin) -> None:
    """But for what others wrote later in the recording."""
    recorded = recording(contracts, "deployment-200.http").json()["metadata"]
    manifest = json.loads(recorded["annotations"][LAST_APPLIED])
    manifest["metadata"] |= {"name": "again"}
    manifest["metadata"]["annotations"][LAST_APPLIED] = "…"
    ask(twin, signed("kubectl-client-side-apply", "POST", DEPLOYMENTS, manifest))

    entries = ask(twin, Request(path=f"{DEPLOYMENTS}/again")).json()["metadata"]["managedFields"]

    container = {'k:{"name":"graphql"}': {"f:image": {}}}
    taken = {
        "f:metadata": {"f:annotations": {"f:kubernetes.io/change-cause": {}}},
        "f:spec": {
            "f:replicas": {},
            "f:template": {"f:spec": {"f:containers": container}},
        },
    }
    left = [entry | {"fieldsV1": without(entry["fieldsV1"], taken)} for entry in entries]
    assert timeless(left) == timeless(recorded["managedFields"][:1])


def signed(manager: str, method: str, path: str, body: Any) -> Request:
    content_type = MERGE if method == "PATCH" else "application/json"
    query = {"fieldManager": manager}
    return Request(method=method, path=path, body=body, query=query, content_type=content_type)


def timeless(entries: list[Any]) -> list[Any]:
    return [{key: each for key, each in entry.items() if key != "time"} for entry in entries]


def test_lists_look_the_same(contracts: Path, twin: KubernetesTwin) -> None:
    for name, kind, path in (
        ("replicasets-200.http", REPLICASET, f"{APPS}/replicasets"),
        ("endpointslices-200.http", ENDPOINTSLICE, SLICES),
    ):
        recorded = recording(contracts, name)
        for item in recorded.json()["items"]:
            twin.store.create(kind, item)

        answer = ask(twin, Request(path=path))

        agrees(answer, recorded)
        assert masked(answer.json()) == masked(recorded.json())


def test_an_unknown_field_warns_in_the_same_words(contracts: Path, twin: KubernetesTwin) -> None:
    recorded = recording(contracts, "unknown-field-warning-200.http")
    before = twin.store.get(DEPLOYMENT, PLACE, "graphql")

    answer = ask(twin, Request(method="PATCH", path=GRAPHQL, body={"spec": {"replicaz": 1}}))

    agrees(answer, recorded)
    assert masked(answer.json()) == masked(recorded.json())
    assert answer.json() == before
