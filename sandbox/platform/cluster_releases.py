"""The releases that a Kubernetes cluster runs, followed as they change."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from sandbox.platform.cluster_api import ClusterAddress, NotAnswered, follow
from sandbox.platform.mesh import splits
from sandbox.platform.releases import Place, Release

SLICES = "apis/discovery.k8s.io/v1/endpointslices"
PODS = "api/v1/pods"
VIRTUAL_SERVICES = "apis/networking.istio.io/v1/virtualservices"
DESTINATION_RULES = "apis/networking.istio.io/v1/destinationrules"
RULES = tuple(
    {"apiGroups": [group], "resources": resources, "verbs": ["list", "watch"]}
    for group, resources in (
        ("", ["pods"]),
        ("discovery.k8s.io", ["endpointslices"]),
        ("networking.istio.io", ["virtualservices", "destinationrules"]),
    )
)
"""The rights that it needs in its namespace."""
_FOLLOWED = (SLICES, PODS, VIRTUAL_SERVICES, DESTINATION_RULES)
_SERVICE = "kubernetes.io/service-name"
_VERSION = "app.kubernetes.io/version"
_PAUSE = 0.2

Json = dict[str, Any]


class ClusterReleases:
    def __init__(self, address: ClusterAddress) -> None:
        self._address = address
        self._held: dict[str, Sequence[Json]] = dict.fromkeys(_FOLLOWED, ())
        self._synced: set[str] = set()
        self.known = asyncio.Event()

    def places(self, component: str) -> tuple[Place, ...]:
        """Its pods; those get traffic that a slice of its Service calls ready, as the mesh says."""
        doors = {
            endpoint["targetRef"]["uid"]
            for one in self._held[SLICES]
            if one["metadata"].get("labels", {}).get(_SERVICE) == component
            for endpoint in one["endpoints"] or ()
            if endpoint["conditions"]["ready"]
        }
        pods = [one for one in self._held[PODS] if _label(one, "app") == component]
        shares = self._shares(component, [one for one in pods if _uid(one) in doors])
        return tuple(_place(pod, shares.get(_uid(pod), 0.0)) for pod in pods)

    def _shares(self, component: str, doors: Sequence[Json]) -> Mapping[str, float]:
        mesh = splits(component, self._held[VIRTUAL_SERVICES], self._held[DESTINATION_RULES])
        if not mesh:
            return {_uid(one): 1 / len(doors) for one in doors}
        shares: dict[str, float] = {}
        for split in mesh:
            subset = [one for one in doors if split.labels is not None and _has(one, split.labels)]
            for one in subset:
                shares[_uid(one)] = shares.get(_uid(one), 0.0) + split.share / len(subset)
        return shares

    async def run(self) -> None:
        """Follow the cluster until cancelled."""
        async with (
            httpx.AsyncClient(
                base_url=self._address.url, headers=self._address.headers, trust_env=False
            ) as http,
            asyncio.TaskGroup() as group,
        ):
            for resource in _FOLLOWED:
                group.create_task(self._follow(http, resource))

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
                held.pop(_uid(obj), None)
            elif happened != "BOOKMARK":
                held[_uid(obj)] = obj
            if synced:
                # All of them anew: other threads read without a lock.
                self._held[resource] = tuple(held.values())
                self._note(resource)

    def _note(self, resource: str) -> None:
        self._synced.add(resource)
        if self._synced.issuperset(_FOLLOWED):
            self.known.set()


def tag_of(pod: Json) -> str:
    """The image's own tag; a label may say anything."""
    image = str(pod["spec"]["containers"][0]["image"]).partition("@")[0]
    return image.rpartition("/")[2].partition(":")[2] or _label(pod, _VERSION)


def _place(pod: Json, share: float) -> Place:
    conditions = pod.get("status", {}).get("conditions", ())
    is_ready = any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
    return Place(
        id=_uid(pod),
        release=Release(tag=tag_of(pod), color=_label(pod, "color")),
        ready=is_ready and "deletionTimestamp" not in pod["metadata"],
        share=share,
    )


def _uid(obj: Json) -> str:
    return str(obj["metadata"]["uid"])


def _label(pod: Json, name: str) -> str:
    return str(pod["metadata"].get("labels", {}).get(name, ""))


def _has(pod: Json, labels: Mapping[str, str]) -> bool:
    return all(_label(pod, name) == value for name, value in labels.items())
