"""What the real API server does not let pass, with its own words for it."""

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.kubernetes.kinds import (
    CONFIGMAP,
    DEPLOYMENT,
    HPA,
    POD,
    REPLICASET,
    SECRET,
    SERVICE,
    Kind,
)
from sandbox.kubernetes.objects import Object, name_of
from sandbox.kubernetes.refusals import Rejected
from sandbox.kubernetes.statuses import Cause, invalid
from sandbox.kubernetes.validation.frozen import frozen_data
from sandbox.kubernetes.validation.metadata import metadata_causes
from sandbox.kubernetes.validation.pods import pod_causes
from sandbox.kubernetes.validation.services import hpa_causes, service_causes
from sandbox.kubernetes.validation.workloads import deployment_causes, replicaset_causes

Check = Callable[[Object, Object | None], Iterable[Cause]]

CHECKS: dict[Kind, Check] = {
    CONFIGMAP: frozen_data,
    DEPLOYMENT: deployment_causes,
    HPA: hpa_causes,
    POD: pod_causes,
    REPLICASET: replicaset_causes,
    SECRET: frozen_data,
    SERVICE: service_causes,
}


def check(kind: Kind, obj: Object, before: Object | None = None) -> None:
    """Raises `Rejected` with every cause; `before` is what an update would replace."""
    causes = list(metadata_causes(kind, obj))
    further: Any = CHECKS.get(kind)
    if further is not None:
        causes += further(obj, before)
    if causes:
        raise Rejected(invalid(kind, name_of(obj), causes))
