"""An object with nothing in it, as Go prints it: what a bookmark carries."""

from sandbox.kubernetes.kinds import DEPLOYMENT, ENDPOINTSLICE, REPLICASET, SERVICE, Kind
from sandbox.kubernetes.objects import Object, clone

_TEMPLATE = {"metadata": {}, "spec": {"containers": None}}
_EMPTY: dict[Kind, Object] = {
    DEPLOYMENT: {
        "spec": {"replicas": 0, "selector": None, "template": _TEMPLATE, "strategy": {}},
        "status": {},
    },
    REPLICASET: {"spec": {"selector": None, "template": _TEMPLATE}, "status": {"replicas": 0}},
    ENDPOINTSLICE: {"addressType": "", "endpoints": None, "ports": None},
    SERVICE: {"spec": {}, "status": {"loadBalancer": {}}},
}


def zero(kind: Kind, version: int) -> Object:
    """Only the resourceVersion says something."""
    head = {"kind": kind.name, "apiVersion": kind.api_version}
    metadata = {"resourceVersion": str(version)}
    return {**head, "metadata": metadata, **clone(_EMPTY.get(kind, {}))}
