"""What reads and writes share: requests to the connection, with errors as the port says."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Self

from bot.adapters.kubernetes.connection import MANAGER, Connection, Request
from bot.adapters.kubernetes.credentials import credentials
from bot.adapters.kubernetes.rejection import Rejection
from bot.adapters.kubernetes.resource import Resource
from bot.domain.errors import Refused
from bot.ports.trouble import Overtaken

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
JSON = "application/json"


class Api:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @classmethod
    def connect(cls, kubeconfig: str, context: str | None = None) -> Self:
        """`kubeconfig` is a file or `in-cluster`; nothing is read before it is needed."""
        return cls(Connection(credentials(kubeconfig, context)))

    @classmethod
    def beside(cls, other: "Api") -> Self:
        """Over the same connection."""
        return cls(other.connection)

    def close(self) -> None:
        self.connection.close()

    def _get(self, resource: Resource, namespace: str, name: str) -> Any:
        found = self._find(resource, namespace, name)
        if found is None:
            fact = f"There is no {resource.called(namespace, name)}."
            raise Refused(fact, "See that alert_routes/components.yaml names what the cluster has.")
        return found

    def _find(self, resource: Resource, namespace: str, name: str) -> Any | None:
        request = Request(method="GET", path=resource.path(namespace, name))
        try:
            return self.connection.json(request)
        except Rejection as rejection:
            if rejection.status == HTTPStatus.NOT_FOUND:
                return None
            what = f"{resource.called(namespace, name)} cannot be read"
            raise rejection.as_refused(what) from None

    def _list(
        self, resource: Resource, namespace: str, labels: Mapping[str, str] | None = None
    ) -> Any:
        """The whole list as the server gives it: `items`, and the version it was read at."""
        query = {"labelSelector": _selector(labels)} if labels else {}
        try:
            request = Request(method="GET", path=resource.path(namespace), query=query)
            return self.connection.json(request)
        except Rejection as rejection:
            what = f"{resource.plural} in {namespace} cannot be listed"
            raise rejection.as_refused(what) from None

    def _patch(
        self,
        resource: Resource,
        namespace: str,
        name: str,
        patch: Mapping[str, Any] | Sequence[Mapping[str, Any]],
        *,
        subresource: str = "",
        moved: Callable[[], bool] = lambda: False,
        dry_run: bool = False,
    ) -> None:
        """A JSON patch where it is a list, a merge patch where not.

        The server says of a test in it that failed no more than of a path that is wrong: then
        `moved` looks whether what the patch guards is another than it was.
        """
        as_list = not isinstance(patch, Mapping)
        request = Request(
            method="PATCH",
            path=resource.path(namespace, name, subresource),
            query=written_by(dry_run=dry_run),
            body=list(patch) if as_list else patch,
            content_type=JSON_PATCH if as_list else MERGE_PATCH,
        )
        called = resource.called(namespace, name)
        try:
            self.connection.json(request)
        except Rejection as rejection:
            if rejection.failed_test and moved():
                raise Overtaken(f"{called} was changed by somebody else.") from None
            raise denied(rejection, called) from None


def denied(rejection: Rejection, called: str) -> Exception:
    if rejection.status == HTTPStatus.CONFLICT or rejection.budget:
        return Overtaken(f"{called}: {rejection.message}")
    return rejection.as_give_up(f"Kubernetes refuses to change {called}")


def written_by(*, dry_run: bool = False) -> dict[str, str]:
    return {"fieldManager": MANAGER} | ({"dryRun": "All"} if dry_run else {})


def _selector(labels: Mapping[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in labels.items())
