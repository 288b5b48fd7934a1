"""Patches to what the twin of these tests is furnished with."""

from typing import Any

import httpx

from sandbox.kubernetes.kinds import DEPLOYMENT
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.twin import KubernetesTwin
from tests.sandbox.kubernetes.api.rig import NAME, PATH, PLACE

JSON_PATCH = {"content-type": "application/json-patch+json"}
MERGE = {"content-type": "application/merge-patch+json"}
SERVICE_PATH = f"/api/v1/namespaces/{PLACE}/services/docs"


def held(twin: KubernetesTwin) -> Object:
    return twin.store.get(DEPLOYMENT, PLACE, NAME)


def merge(http: httpx.Client, body: Any, path: str = PATH) -> httpx.Response:
    return http.patch(path, json=body, headers=MERGE)
