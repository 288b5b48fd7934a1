"""The kinds of object that the twin serves, and what is special about each."""

from collections.abc import Iterable
from dataclasses import dataclass

STATUS = "status"
SCALE = "scale"
EVICTION = "eviction"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`raises` names the parts whose change raises the generation; none: it has no generation.

    `custom`: defined by a CRD, which knows neither strategic merge patches nor closed schemas.
    """

    group: str
    version: str
    plural: str
    name: str
    namespaced: bool = True
    raises: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    custom: bool = False

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource(self) -> str:
        """As messages name it: `deployments.apps`, `pods`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def title(self) -> str:
        """As messages about one object name it: `Deployment.apps`, `Pod`."""
        return f"{self.name}.{self.group}" if self.group else self.name

    @property
    def has_status(self) -> bool:
        return STATUS in self.subresources


def _core(
    plural: str,
    name: str,
    *subresources: str,
    namespaced: bool = True,
    raises: Iterable[str] = (),
) -> Kind:
    return Kind(
        group="",
        version="v1",
        plural=plural,
        name=name,
        namespaced=namespaced,
        raises=tuple(raises),
        subresources=subresources,
    )


def _istio(plural: str, name: str) -> Kind:
    return Kind(
        group="networking.istio.io",
        version="v1",
        plural=plural,
        name=name,
        raises=("spec",),
        subresources=(STATUS,),
        custom=True,
    )


NAMESPACE = _core("namespaces", "Namespace", STATUS, namespaced=False)
NODE = _core("nodes", "Node", STATUS, namespaced=False)
SERVICE = _core("services", "Service", STATUS)
POD = _core("pods", "Pod", STATUS, EVICTION, raises=["spec"])
EVENT = _core("events", "Event")
CONFIGMAP = _core("configmaps", "ConfigMap")
SECRET = _core("secrets", "Secret")
PVC = _core("persistentvolumeclaims", "PersistentVolumeClaim", STATUS)
SERVICE_ACCOUNT = _core("serviceaccounts", "ServiceAccount")
QUOTA = _core("resourcequotas", "ResourceQuota", STATUS)
DEPLOYMENT = Kind(
    group="apps",
    version="v1",
    plural="deployments",
    name="Deployment",
    raises=("spec", "metadata.annotations"),
    subresources=(STATUS, SCALE),
)
REPLICASET = Kind(
    group="apps",
    version="v1",
    plural="replicasets",
    name="ReplicaSet",
    raises=("spec",),
    subresources=(STATUS, SCALE),
)
HPA = Kind(
    group="autoscaling",
    version="v2",
    plural="horizontalpodautoscalers",
    name="HorizontalPodAutoscaler",
    subresources=(STATUS,),
)
ENDPOINTSLICE = Kind(
    group="discovery.k8s.io",
    version="v1",
    plural="endpointslices",
    name="EndpointSlice",
    raises=("endpoints", "ports"),
)
PDB = Kind(
    group="policy",
    version="v1",
    plural="poddisruptionbudgets",
    name="PodDisruptionBudget",
    raises=("spec",),
    subresources=(STATUS,),
)
VIRTUALSERVICE = _istio("virtualservices", "VirtualService")
DESTINATIONRULE = _istio("destinationrules", "DestinationRule")
VOLUMESNAPSHOT = Kind(
    group="snapshot.storage.k8s.io",
    version="v1",
    plural="volumesnapshots",
    name="VolumeSnapshot",
    raises=("spec",),
    subresources=(STATUS,),
    custom=True,
)
ACCESS_REVIEW = Kind(
    group="authorization.k8s.io",
    version="v1",
    plural="selfsubjectaccessreviews",
    name="SelfSubjectAccessReview",
    namespaced=False,
)
RULES_REVIEW = Kind(
    group="authorization.k8s.io",
    version="v1",
    plural="selfsubjectrulesreviews",
    name="SelfSubjectRulesReview",
    namespaced=False,
)

STORED = (
    NAMESPACE,
    NODE,
    SERVICE,
    POD,
    EVENT,
    CONFIGMAP,
    SECRET,
    PVC,
    SERVICE_ACCOUNT,
    QUOTA,
    DEPLOYMENT,
    REPLICASET,
    HPA,
    ENDPOINTSLICE,
    PDB,
    VIRTUALSERVICE,
    DESTINATIONRULE,
    VOLUMESNAPSHOT,
)
REVIEWS = (ACCESS_REVIEW, RULES_REVIEW)
SERVED = STORED + REVIEWS


def find(group: str, version: str, plural: str) -> Kind | None:
    for kind in SERVED:
        if (kind.group, kind.version, kind.plural) == (group, version, plural):
            return kind
    return None


def knows_group(group: str, version: str) -> bool:
    return any((kind.group, kind.version) == (group, version) for kind in SERVED)
