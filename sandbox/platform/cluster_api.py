"""The platform's own way to the Kubernetes API: plain requests with a token."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

Json = dict[str, Any]
_TIMEOUT = 10.0
_WATCH_SECONDS = 300
_STRATEGIC = "application/strategic-merge-patch+json"
_MERGE = "application/merge-patch+json"


class NotAnswered(Exception):
    """The API refused or could not be reached; the message says what it said."""


@dataclass(frozen=True, kw_only=True)
class ClusterAddress:
    """A namespace of a cluster, and who asks."""

    url: str
    token: str
    namespace: str

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}", "user-agent": "candlefish-platform"}

    def path(self, resource: str, name: str = "") -> str:
        """`resource` with its group and version: `api/v1/services`."""
        group, _, plural = resource.rpartition("/")
        path = f"/{group}/namespaces/{self.namespace}/{plural}"
        return f"{path}/{name}" if name else path


class ClusterClient:
    """Waits for its answers; for the pipeline's thread."""

    def __init__(self, address: ClusterAddress) -> None:
        self._address = address
        # Loopback needs no proxy.
        self._http = httpx.Client(
            base_url=address.url, headers=address.headers, timeout=_TIMEOUT, trust_env=False
        )

    def close(self) -> None:
        self._http.close()

    def get(self, resource: str, name: str) -> Json:
        return self._ask("GET", resource, name)

    def patch(self, resource: str, name: str, patch: Mapping[str, Any], *, merge: bool) -> Json:
        """`merge`: a plain merge patch, else a strategic one."""
        kind = _MERGE if merge else _STRATEGIC
        body = json.dumps(patch).encode()
        return self._ask("PATCH", resource, name, content=body, headers={"content-type": kind})

    def _ask(self, method: str, resource: str, name: str, **how: Any) -> Json:
        try:
            answer = self._http.request(method, self._address.path(resource, name), **how)
        except httpx.TransportError as error:
            raise NotAnswered(f"the cluster does not answer: {error}") from error
        if answer.is_error:
            raise NotAnswered(_said(answer))
        found: Json = answer.json()
        return found


async def follow(
    http: httpx.AsyncClient, address: ClusterAddress, resource: str
) -> AsyncIterator[tuple[str, Json]]:
    """All objects of a resource as ("ADDED", object), ("SYNCED", {}), then each change.

    Ends when the server ends the watch; raises NotAnswered when the connection is lost.
    """
    path = address.path(resource)
    try:
        answer = await http.get(path, timeout=_TIMEOUT)
        if answer.is_error:
            raise NotAnswered(_said(answer))
        listed = answer.json()
        for each in listed["items"]:
            yield "ADDED", each
        yield "SYNCED", {}
        words = {
            "watch": "true",
            "resourceVersion": listed["metadata"]["resourceVersion"],
            "timeoutSeconds": str(_WATCH_SECONDS),
        }
        patience = httpx.Timeout(_TIMEOUT, read=_WATCH_SECONDS + _TIMEOUT)
        async with http.stream("GET", path, params=words, timeout=patience) as stream:
            async for line in stream.aiter_lines():
                event = json.loads(line)
                if event["type"] == "ERROR":
                    raise NotAnswered(event["object"]["message"])
                yield event["type"], event["object"]
    except httpx.TransportError as error:
        raise NotAnswered(f"the cluster does not answer: {error}") from error


def _said(answer: httpx.Response) -> str:
    if answer.headers.get("content-type", "").startswith("application/json"):
        return str(answer.json().get("message", answer.text))
    return f"the cluster answers {answer.status_code}: {answer.text[:200]}"
