"""The releases that a Kubernetes cluster runs, followed as they change."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import httpx

from sandbox.platform.cluster_api import ClusterAddress, NotAnswered, follow
from sandbox.platform.component import Component, Kind
from sandbox.platform.releases import OwnReleases, Place, Release

SLICES = "apis/discovery.k8s.io/v1/endpointslices"
PODS = "api/v1/pods"
_SERVICE = "kubernetes.io/service-name"
_VERSION = "app.kubernetes.io/version"
_PAUSE = 0.2

Json = dict[str, Any]


class ClusterReleases:
    """What is no Kubernetes component keeps the releases of its own."""

    def __init__(self, address: ClusterAddress, components: Iterable[Component]) -> None:
        known = tuple(components)
        self._address = address
        self._own = OwnReleases(known)
        self._in_cluster = {one.name for one in known if one.kind is Kind.KUBERNETES}
        self._slices: Mapping[str, Json] = {}
        self._pods: Mapping[str, Json] = {}

    def places(self, component: str) -> tuple[Place, ...]:
        """Its pods, by name; live are those that a slice of its Service calls ready."""
        if component not in self._in_cluster:
            return self._own.places(component)
        doors = {
            endpoint["targetRef"]["uid"]
            for one in self._slices.values()
            if one["metadata"]["labels"].get(_SERVICE) == component
            for endpoint in one["endpoints"] or ()
            if endpoint["conditions"]["ready"]
        }
        pods = [one for one in self._pods.values() if _label(one, "app") == component]
        return tuple(_place(pod, doors) for pod in pods)

    async def run(self) -> None:
        """Follow the cluster until cancelled."""
        async with (
            httpx.AsyncClient(
                base_url=self._address.url, headers=self._address.headers, trust_env=False
            ) as http,
            asyncio.TaskGroup() as group,
        ):
            group.create_task(self._follow(http, SLICES))
            group.create_task(self._follow(http, PODS))

    async def _follow(self, http: httpx.AsyncClient, resource: str) -> None:
        while True:
            try:
                await self._mirror(http, resource)
            except NotAnswered:
                # Traffic goes on where it last went, as with a real cluster's data plane.
                await asyncio.sleep(_PAUSE)

    async def _mirror(self, http: httpx.AsyncClient, resource: str) -> None:
        held: dict[str, Json] = {}
        synced = False
        async for happened, obj in follow(http, self._address, resource):
            if happened == "SYNCED":
                synced = True
            elif happened == "DELETED":
                held.pop(obj["metadata"]["uid"], None)
            elif happened != "BOOKMARK":
                held[obj["metadata"]["uid"]] = obj
            if synced:
                # A whole new mapping: other threads read without a lock.
                if resource == SLICES:
                    self._slices = dict(held)
                else:
                    self._pods = dict(held)


def _place(pod: Json, doors: set[str]) -> Place:
    uid, metadata = pod["metadata"]["uid"], pod["metadata"]
    conditions = pod.get("status", {}).get("conditions", ())
    is_ready = any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
    return Place(
        id=uid,
        release=Release(tag=tag_of(pod), color=_label(pod, "color")),
        ready=is_ready and "deletionTimestamp" not in metadata,
        live=uid in doors,
    )


def tag_of(pod: Json) -> str:
    """The image's own tag; a label may say anything."""
    image = str(pod["spec"]["containers"][0]["image"]).partition("@")[0]
    return image.rpartition("/")[2].partition(":")[2] or _label(pod, _VERSION)


def _label(pod: Json, name: str) -> str:
    return str(pod["metadata"].get("labels", {}).get(name, ""))
