"""What the server says about itself: its version, its health, and what it serves."""

from typing import Any

from sandbox.kubernetes.kinds import REVIEWS, SERVED, Kind

VERSION = {
    "major": "1",
    "minor": "36",
    "gitVersion": "v1.36.0",
    "gitTreeState": "clean",
    "platform": "linux/amd64",
}
HEALTHY = ("/healthz", "/livez", "/readyz")
_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
_SUB_VERBS = {"status": ["get", "patch", "update"], "eviction": ["create"]}


def discovered(path: str) -> Any | None:
    """The body for one of these paths; a text for the health checks; None for any other."""
    path = path.rstrip("/")
    found: dict[str, Any] = dict.fromkeys(HEALTHY, "ok")
    found["/version"] = VERSION
    found["/api"] = {"kind": "APIVersions", "versions": ["v1"]}
    groups = sorted({kind.group for kind in SERVED if kind.group})
    listed = [_group(name) for name in groups]
    found["/apis"] = {"kind": "APIGroupList", "apiVersion": "v1", "groups": listed}
    for name in groups:
        found[f"/apis/{name}"] = {"kind": "APIGroup", "apiVersion": "v1", **_group(name)}
    for kind in SERVED:
        where = "/apis" if kind.group else "/api"
        found[f"{where}/{kind.api_version}"] = _resources(kind.api_version)
    return found.get(path)


def _group(name: str) -> dict[str, Any]:
    versions = sorted({kind.version for kind in SERVED if kind.group == name})
    listed = [{"groupVersion": f"{name}/{each}", "version": each} for each in versions]
    return {"name": name, "versions": listed, "preferredVersion": listed[0]}


def _resources(api_version: str) -> dict[str, Any]:
    listed = []
    for kind in SERVED:
        if kind.api_version == api_version:
            verbs = ["create"] if kind in REVIEWS else _VERBS
            listed.append(_resource(kind, kind.plural, verbs))
            for sub in kind.subresources:
                sub_verbs = _SUB_VERBS.get(sub, ["get", "patch", "update"])
                listed.append(_resource(kind, f"{kind.plural}/{sub}", sub_verbs))
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": api_version,
        "resources": listed,
    }


def _resource(kind: Kind, name: str, verbs: list[str]) -> dict[str, Any]:
    return {
        "name": name,
        "singularName": kind.name.lower(),
        "namespaced": kind.namespaced,
        "kind": kind.name,
        "verbs": verbs,
    }
