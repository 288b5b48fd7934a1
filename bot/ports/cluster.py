"""Kubernetes.

Reads raise `Refused` where the object is not there or not ours to see, `Unavailable` where the
API does not answer. Writes raise `Overtaken` where a guard did not hold (nothing was changed),
`GiveUp` where the API says no for good (403, 404, 422 of validation: nothing was changed), and
`Unavailable` where nobody can tell whether it was applied: probe before anything else.
With `dry_run` the same checks are made and nothing is stored.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from bot.domain.cluster.workload import (
    Deployment,
    DestinationRule,
    Endpoint,
    Pod,
    Quota,
    ReplicaSet,
    Route,
    Scaler,
    Service,
    Template,
)
from bot.domain.operations.rights import Right


class Watch(Iterator[Deployment], Protocol):
    def close(self) -> None:
        """Ends it from any thread: who waits for the next one is told that there is none."""


class Cluster(Protocol):
    def check(self) -> str:
        """The version of the API server that answers."""

    def may(self, right: Right) -> bool: ...

    def deployment(self, namespace: str, name: str) -> Deployment: ...

    def replica_sets(self, deployment: Deployment) -> Sequence[ReplicaSet]:
        """Those that it owns, the highest revision first."""

    def pods(self, namespace: str, labels: Mapping[str, str]) -> Sequence[Pod]: ...

    def service(self, namespace: str, name: str) -> Service: ...

    def endpoints(self, namespace: str, service: str) -> Sequence[Endpoint]: ...

    def route(self, namespace: str, name: str) -> Route: ...

    def destination_rules(self, namespace: str) -> Sequence[DestinationRule]:
        """All of the namespace: a rule need not bear the name of the host that it is for."""

    def scaler(self, namespace: str, name: str) -> Scaler | None:
        """The autoscaler of this name, which need not be its Deployment's."""

    def scalers(self, namespace: str) -> Sequence[Scaler]: ...

    def quotas(self, namespace: str) -> Sequence[Quota]: ...

    def lacks(self, namespace: str, template: Template) -> Sequence[str]:
        """What the template names and the namespace does not have, in words: `ConfigMap x`.

        Raises `Refused` where nothing is known to lack and something may not be looked at.
        """

    def patch_template(
        self,
        namespace: str,
        name: str,
        template: Template,
        *,
        generation: int,
        dry_run: bool = False,
    ) -> None:
        """Replaces the template and nothing else, where the generation is still this one."""

    def annotate_template(
        self,
        namespace: str,
        name: str,
        annotations: Mapping[str, str],
        *,
        generation: int,
        dry_run: bool = False,
    ) -> None:
        """Adds annotations to the pod template: a rolling restart."""

    def annotate(
        self,
        namespace: str,
        deployment: str,
        annotations: Mapping[str, str | None],
        *,
        dry_run: bool = False,
    ) -> None:
        """Sets single annotations of a Deployment; `None` takes one away."""

    def scale(
        self, namespace: str, deployment: str, replicas: int, *, dry_run: bool = False
    ) -> None: ...

    def set_minimum(
        self,
        namespace: str,
        scaler: str,
        minimum: int,
        annotations: Mapping[str, str | None],
        *,
        dry_run: bool = False,
    ) -> None:
        """Sets `minReplicas` of an autoscaler, and annotations that say for whom."""

    def select(
        self, service: Service, key: str, before: str, after: str, *, dry_run: bool = False
    ) -> None:
        """Moves one selector value, where it is still `before` and the version is as read."""

    def reroute(
        self, route: Route, http: Sequence[Mapping[str, Any]], *, dry_run: bool = False
    ) -> None:
        """Replaces a VirtualService's `http`, where its version is as read."""

    def evict(self, namespace: str, pod: str, *, dry_run: bool = False) -> None:
        """By the Eviction API; raises `Overtaken` where a disruption budget forbids it now.

        A pod that is gone already is no error: nothing is left to evict.
        """

    def watch(self, namespace: str, seconds: float) -> Watch:
        """Deployments of the namespace as they are and as they change, for so long at most."""
