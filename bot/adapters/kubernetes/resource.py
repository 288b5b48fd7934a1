"""The kinds of object that the bot touches, and where the API has them."""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """`word` is what a person calls one."""

    group: str
    version: str
    plural: str
    word: str

    def path(self, namespace: str, name: str = "", subresource: str = "") -> str:
        root = f"/apis/{self.group}" if self.group else "/api"
        parts = [root, self.version, "namespaces", quote(namespace, safe=""), self.plural]
        parts += [quote(part, safe="") for part in (name, subresource) if part]
        return "/".join(parts)

    def called(self, namespace: str, name: str) -> str:
        return f"{self.word} {name} in {namespace}"


def _core(plural: str, word: str) -> Resource:
    return Resource(group="", version="v1", plural=plural, word=word)


DEPLOYMENT = Resource(group="apps", version="v1", plural="deployments", word="Deployment")
REPLICA_SET = Resource(group="apps", version="v1", plural="replicasets", word="ReplicaSet")
POD = _core("pods", "pod")
SERVICE = _core("services", "Service")
CONFIG_MAP = _core("configmaps", "ConfigMap")
SECRET = _core("secrets", "Secret")
CLAIM = _core("persistentvolumeclaims", "PersistentVolumeClaim")
ACCOUNT = _core("serviceaccounts", "ServiceAccount")
QUOTA = _core("resourcequotas", "ResourceQuota")
SLICE = Resource(
    group="discovery.k8s.io", version="v1", plural="endpointslices", word="EndpointSlice"
)
SCALER = Resource(
    group="autoscaling", version="v2", plural="horizontalpodautoscalers", word="autoscaler"
)
ROUTE = Resource(
    group="networking.istio.io", version="v1", plural="virtualservices", word="VirtualService"
)
DESTINATION_RULE = Resource(
    group="networking.istio.io", version="v1", plural="destinationrules", word="DestinationRule"
)
SNAPSHOT = Resource(
    group="snapshot.storage.k8s.io", version="v1", plural="volumesnapshots", word="VolumeSnapshot"
)
