"""What the bot reads of a cluster."""

from collections.abc import Mapping, Sequence

from bot.adapters.kubernetes import objects
from bot.adapters.kubernetes.api import Api
from bot.adapters.kubernetes.pods import pod
from bot.adapters.kubernetes.resource import (
    DEPLOYMENT,
    DESTINATION_RULE,
    POD,
    QUOTA,
    REPLICA_SET,
    ROUTE,
    SCALER,
    SERVICE,
    SLICE,
)
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
)

_OF_SERVICE = "kubernetes.io/service-name"


class Reads(Api):
    def deployment(self, namespace: str, name: str) -> Deployment:
        return objects.deployment(self._get(DEPLOYMENT, namespace, name))

    def replica_sets(self, deployment: Deployment) -> Sequence[ReplicaSet]:
        listed = self._list(REPLICA_SET, deployment.namespace, deployment.selector)
        ours = [
            objects.replica_set(raw)
            for raw in listed["items"]
            if objects.owned(raw, deployment.uid)
        ]
        return sorted(ours, key=lambda one: one.revision, reverse=True)

    def pods(self, namespace: str, labels: Mapping[str, str]) -> Sequence[Pod]:
        return [pod(raw) for raw in self._list(POD, namespace, labels)["items"]]

    def service(self, namespace: str, name: str) -> Service:
        return objects.service(self._get(SERVICE, namespace, name))

    def endpoints(self, namespace: str, service: str) -> Sequence[Endpoint]:
        return objects.endpoints(self._list(SLICE, namespace, {_OF_SERVICE: service})["items"])

    def route(self, namespace: str, name: str) -> Route:
        return objects.route(self._get(ROUTE, namespace, name))

    def destination_rules(self, namespace: str) -> Sequence[DestinationRule]:
        listed = self._list(DESTINATION_RULE, namespace)["items"]
        return [objects.destination_rule(raw) for raw in listed]

    def scaler(self, namespace: str, name: str) -> Scaler | None:
        found = self._find(SCALER, namespace, name)
        return None if found is None else objects.scaler(found)

    def scalers(self, namespace: str) -> Sequence[Scaler]:
        return [objects.scaler(raw) for raw in self._list(SCALER, namespace)["items"]]

    def quotas(self, namespace: str) -> Sequence[Quota]:
        return objects.quotas(self._list(QUOTA, namespace)["items"])
