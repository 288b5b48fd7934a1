"""The Kubernetes twin answers as a recorded real API server did, to the word."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.kubernetes.api.field_tree import without
from sandbox.kubernetes.kinds import DEPLOYMENT, ENDPOINTSLICE, NAMESPACE, REPLICASET
from sandbox.kubernetes.twin import KubernetesTwin
from tests.contracts.kubernetes.recording import Recording, masked, recording

PLACE = "production"
APPS = f"/apis/apps/v1/namespaces/{PLACE}"
DEPLOYMENTS = f"{APPS}/deployments"
GRAPHQL = f"{DEPLOYMENTS}/graphql"
SERVICES = f"/api/v1/namespaces/{PLACE}/services"
SLICES = f"/apis/discovery.k8s.io/v1/namespaces/{PLACE}/endpointslices"
MERGE = "application/merge-patch+json"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
COMPARED = ("cache-control", "content-type", "warning", "x-content-type-options")
PRESENT = ("audit-id", "x-kubernetes-pf-flowschema-uid", "x-kubernetes-pf-prioritylevel-uid")


@dataclass(frozen=True, kw_only=True)
class Request:
    path: str
    method: str = "GET"
    body: Any = None
    content_type: str = MERGE
    user: str = "admin"
    query: dict[str, str] = field(default_factory=dict)


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


@pytest.fixture
def twin(contracts: Path) -> Iterator[KubernetesTwin]:
    """Only the recorded Deployment, made from the manifest that it was once applied with."""
    with KubernetesTwin() as running:
        running.store.create(NAMESPACE, {"metadata": {"name": PLACE}})
        made(running, recording(contracts, "deployment-200.http").json(), DEPLOYMENTS)
        yield running


def ask(twin: KubernetesTwin, request: Request) -> httpx.Response:
    tokens = {"admin": twin.admin_token, "unknown": "wrong", "nobody": twin.token("nobody", [])}
    headers = {"authorization": f"Bearer {tokens[request.user]}", "user-agent": "curl/8.14.1"}
    content = None
    if request.body is not None:
        headers["content-type"] = request.content_type
        content = json.dumps(request.body)
    return httpx.request(
        request.method,
        twin.url + request.path,
        params=request.query,
        headers=headers,
        content=content,
        timeout=10,
    )


def made(twin: KubernetesTwin, recorded: Any, where: str) -> None:
    """Applied and changed over the API until it should be what was recorded."""
    manifest = json.loads(recorded["metadata"]["annotations"][LAST_APPLIED])
    created = ask(twin, Request(method="POST", path=where, body=manifest, content_type=""))
    assert created.status_code == 201, created.text
    changes = {"metadata": {}, "spec": {}}
    for part in ("annotations", "labels"):
        if part in recorded["metadata"]:
            changes["metadata"][part] = recorded["metadata"][part]
    template = recorded["spec"].get("template")
    if template is not None:
        changes["spec"] = {"template": {"metadata": template["metadata"]}}
    path = f"{where}/{manifest['metadata']['name']}"
    for place, body in ((path, changes), (f"{path}/status", {"status": recorded["status"]})):
        patched = ask(twin, Request(method="PATCH", path=place, body=body))
        assert patched.status_code == 200, patched.text


def agrees(answer: httpx.Response, recorded: Recording) -> None:
    assert answer.status_code == recorded.status
    for name in COMPARED:
        assert answer.headers.get(name) == recorded.headers.get(name), name
    for name in PRESENT:
        assert (name in answer.headers) is (name in recorded.headers), name


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


def test_an_expired_watch_ends_in_the_same_words(contracts: Path, twin: KubernetesTwin) -> None:
    recorded = recording(contracts, "watch-expired-410.http")
    twin.expire()

    answer = ask(twin, Request(path=DEPLOYMENTS, query={"watch": "1", "resourceVersion": "1"}))

    agrees(answer, recorded)
    numbers = re.compile(r"\(\d+\)")
    assert numbers.sub("(…)", answer.text.strip()) == numbers.sub("(…)", recorded.body.strip())


def test_a_watched_rollout_is_told_the_same(contracts: Path, twin: KubernetesTwin) -> None:
    """Every write of the recording is made again; what a watcher sees of each must agree."""
    recorded = recording(contracts, "watch-rollout.http")
    twin.bookmark_every(3600)
    query = {
        "watch": "1",
        "timeoutSeconds": "20",
        "allowWatchBookmarks": "true",
        "sendInitialEvents": "true",
        "resourceVersionMatch": "NotOlderThan",
        "fieldSelector": "metadata.name=graphql",
    }
    headers = {"authorization": f"Bearer {twin.admin_token}"}
    seen: list[Any] = []
    expected = [line for at, line in enumerate(recorded.lines()) if at < 2 or changes(line)]
    with httpx.stream(
        "GET", twin.url + DEPLOYMENTS, params=query, headers=headers, timeout=20
    ) as answer:
        agrees(answer, recorded)
        lines = answer.iter_lines()
        for line in expected:
            if line["type"] == "MODIFIED":
                again(twin, line["object"])
            seen.append(json.loads(next(lines)))

    assert masked(seen) == masked(expected)
    assert raises(seen) == raises(expected)
    assert json.dumps(masked(bookmarks(recorded.lines())[1])) == json.dumps(
        masked({**seen[1], "object": without_annotations(seen[1]["object"])})
    )


def changes(line: Any) -> bool:
    return bool(line["type"] != "BOOKMARK")


def bookmarks(lines: list[Any]) -> list[Any]:
    return [line for line in lines if not changes(line)]


def without_annotations(obj: Any) -> Any:
    metadata = {key: each for key, each in obj["metadata"].items() if key != "annotations"}
    return {**obj, "metadata": metadata}


def raises(lines: list[Any]) -> list[int]:
    """By how much the generation had risen, event by event."""
    found = [line["object"]["metadata"].get("generation") for line in lines if changes(line)]
    return [generation - found[0] for generation in found]


def again(twin: KubernetesTwin, wanted: Any) -> None:
    """One write of the recording: of the spec by a client, or of the status by a controller."""
    with twin.store.lock:
        held = twin.store.get(DEPLOYMENT, PLACE, "graphql")
        by_client = held["spec"] != wanted["spec"]
        held["spec"], held["status"] = wanted["spec"], wanted["status"]
        held["metadata"]["annotations"] = wanted["metadata"]["annotations"]
        if by_client:
            twin.store.update(DEPLOYMENT, held)
        else:
            twin.store.update_status(DEPLOYMENT, held)
