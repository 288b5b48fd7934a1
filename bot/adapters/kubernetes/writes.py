"""What the bot changes in a cluster, each guarded by what was read; its name in managedFields."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from bot.adapters.kubernetes import objects
from bot.adapters.kubernetes.api import JSON, Api, denied, written_by
from bot.adapters.kubernetes.connection import Request
from bot.adapters.kubernetes.rejection import Rejection
from bot.adapters.kubernetes.resource import (
    DEPLOYMENT,
    POD,
    ROUTE,
    SCALER,
    SERVICE,
    Resource,
)
from bot.domain.cluster.workload import Route, Service, Template, without_hash
from bot.domain.errors import GiveUp, Refused
from bot.ports.trouble import Overtaken

_ANNOTATIONS = "/spec/template/metadata/annotations"


class Writes(Api):
    def patch_template(
        self,
        namespace: str,
        name: str,
        template: Template,
        *,
        generation: int,
        dry_run: bool = False,
    ) -> None:
        change = {"op": "replace", "path": "/spec/template", "value": without_hash(template)}
        self._patch_guarded(namespace, name, [change], generation=generation, dry_run=dry_run)

    def annotate_template(
        self,
        namespace: str,
        name: str,
        annotations: Mapping[str, str],
        *,
        generation: int,
        dry_run: bool = False,
    ) -> None:
        raw = self._current(DEPLOYMENT, namespace, name)
        if raw["metadata"]["generation"] != generation:
            raise Overtaken(f"Deployment {name} in {namespace} was changed by somebody else.")
        changes: list[dict[str, Any]] = [
            {"op": "add", "path": f"{_ANNOTATIONS}/{_pointer(key)}", "value": text}
            for key, text in annotations.items()
        ]
        if not raw["spec"]["template"]["metadata"].get("annotations"):
            changes = [{"op": "add", "path": _ANNOTATIONS, "value": dict(annotations)}]
        self._patch_guarded(namespace, name, changes, generation=generation, dry_run=dry_run)

    def annotate(
        self,
        namespace: str,
        deployment: str,
        annotations: Mapping[str, str | None],
        *,
        dry_run: bool = False,
    ) -> None:
        patch = {"metadata": {"annotations": dict(annotations)}}
        self._patch(DEPLOYMENT, namespace, deployment, patch, dry_run=dry_run)

    def scale(
        self, namespace: str, deployment: str, replicas: int, *, dry_run: bool = False
    ) -> None:
        patch = {"spec": {"replicas": replicas}}
        self._patch(DEPLOYMENT, namespace, deployment, patch, subresource="scale", dry_run=dry_run)

    def set_minimum(
        self,
        namespace: str,
        scaler: str,
        minimum: int,
        annotations: Mapping[str, str | None],
        *,
        dry_run: bool = False,
    ) -> None:
        patch = {
            "metadata": {"annotations": dict(annotations)},
            "spec": {"minReplicas": minimum},
        }
        self._patch(SCALER, namespace, scaler, patch, dry_run=dry_run)

    def select(
        self, service: Service, key: str, before: str, after: str, *, dry_run: bool = False
    ) -> None:
        version, path = service.resource_version, f"/spec/selector/{_pointer(key)}"

        def moved() -> bool:
            now = objects.service(self._current(SERVICE, service.namespace, service.name))
            return now.resource_version != version or now.selector.get(key) != before

        changes = [
            {"op": "test", "path": "/metadata/resourceVersion", "value": version},
            {"op": "test", "path": path, "value": before},
            {"op": "replace", "path": path, "value": after},
        ]
        self._patch(SERVICE, service.namespace, service.name, changes, moved=moved, dry_run=dry_run)

    def reroute(
        self, route: Route, http: Sequence[Mapping[str, Any]], *, dry_run: bool = False
    ) -> None:
        # A merge patch replaces lists whole, and with a version in it the server guards it.
        patch = {
            "metadata": {"resourceVersion": route.resource_version},
            "spec": {"http": [dict(each) for each in http]},
        }
        self._patch(ROUTE, route.namespace, route.name, patch, dry_run=dry_run)

    def evict(self, namespace: str, pod: str, *, dry_run: bool = False) -> None:
        eviction = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": pod, "namespace": namespace},
        }
        request = Request(
            method="POST",
            path=POD.path(namespace, pod, "eviction"),
            query=written_by(dry_run=dry_run),
            body=eviction,
            content_type=JSON,
        )
        try:
            self.connection.json(request)
        except Rejection as rejection:
            if rejection.status != HTTPStatus.NOT_FOUND:
                raise denied(rejection, POD.called(namespace, pod)) from None

    def _patch_guarded(
        self,
        namespace: str,
        name: str,
        changes: Sequence[Mapping[str, Any]],
        *,
        generation: int,
        dry_run: bool,
    ) -> None:
        def moved() -> bool:
            now = self._current(DEPLOYMENT, namespace, name)
            return bool(now["metadata"]["generation"] != generation)

        test = {"op": "test", "path": "/metadata/generation", "value": generation}
        self._patch(DEPLOYMENT, namespace, name, [test, *changes], moved=moved, dry_run=dry_run)

    def _current(self, resource: Resource, namespace: str, name: str) -> Any:
        """Read for a write, which gives up where a reader would be refused."""
        try:
            return self._get(resource, namespace, name)
        except Refused as refused:
            raise GiveUp(str(refused)) from refused


def _pointer(key: str) -> str:
    """As a JSON pointer writes it."""
    return key.replace("~", "~0").replace("/", "~1")
