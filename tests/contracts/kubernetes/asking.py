"""Requests to the Kubernetes twin as they were once made to the recorded server."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from sandbox.kubernetes.twin import KubernetesTwin
from tests.contracts.kubernetes.recording import Recording

PLACE = "production"
APPS = f"/apis/apps/v1/namespaces/{PLACE}"
DEPLOYMENTS = f"{APPS}/deployments"
GRAPHQL = f"{DEPLOYMENTS}/graphql"
SERVICES = f"/api/v1/namespaces/{PLACE}/services"
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
