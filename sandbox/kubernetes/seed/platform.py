"""The platform's two namespaces: production, and a smaller staging."""

from dataclasses import replace

from sandbox.kubernetes.controllers.load import Load
from sandbox.kubernetes.kinds import (
    CONFIGMAP,
    HPA,
    NAMESPACE,
    NODE,
    PDB,
    QUOTA,
    SECRET,
    SERVICE,
    SERVICE_ACCOUNT,
)
from sandbox.kubernetes.seed.manifests import (
    autoscaler,
    config_map,
    deployment,
    disruption_budget,
    quota,
    secret,
    service,
    service_account,
)
from sandbox.kubernetes.seed.part import BLUE, PARTS, Part
from sandbox.kubernetes.seed.planting import plant, plant_history
from sandbox.kubernetes.seed.release import REGISTRY
from sandbox.kubernetes.store import Store

PRODUCTION, STAGING = "production", "staging"
_LONG_AGO = 90.0
_NODES = ("node-1", "node-2", "node-3")
# Both colours at their most, and a little room to surge.
_ROOM = {
    PRODUCTION: {
        "requests.cpu": "14",
        "requests.memory": "30Gi",
        "limits.cpu": "60",
        "limits.memory": "60Gi",
        "pods": "60",
    },
    STAGING: {
        "requests.cpu": "4",
        "requests.memory": "9Gi",
        "limits.cpu": "18",
        "limits.memory": "18Gi",
        "pods": "20",
    },
}


def seed(store: Store, load: Load, *, registry: str = REGISTRY, schema: bool = True) -> None:
    """Fill an empty cluster; its controllers then bring the pods up.

    `schema` says whether releases declare the schema that they need, where they need one.
    """
    for name in _NODES:
        plant(store, NODE, {"metadata": {"name": name}, "spec": {}}, days_ago=_LONG_AGO)
    for part in (replace(one, schema=one.schema and schema) for one in PARTS):
        seed_part(store, load, part, namespace=PRODUCTION, registry=registry)
        small = replace(part, least=1, most=2, load=1)
        seed_part(store, load, small, namespace=STAGING, registry=registry)
    for namespace, hard in _ROOM.items():
        plant(store, QUOTA, quota(hard, namespace=namespace), days_ago=_LONG_AGO)


def seed_part(
    store: Store, load: Load, part: Part, *, namespace: str, registry: str = REGISTRY
) -> None:
    """Both colours of one part, blue live and at its load, green idle and at its least."""
    seed_surroundings(store, part, namespace=namespace)
    load.for_service(namespace, part.name, part.load)
    for color, releases in part.history.items():
        wanted = max(part.least, part.load if color == BLUE else 0)
        history = [
            deployment(
                part, one, namespace=namespace, replicas=wanted, color=color, registry=registry
            )
            for one in releases
        ]
        plant_history(store, history, [one.days_ago for one in releases])
        scaler = autoscaler(part, namespace=namespace, color=color)
        plant(store, HPA, scaler, days_ago=_LONG_AGO)
        budget = disruption_budget(part, namespace=namespace, color=color)
        plant(store, PDB, budget, days_ago=_LONG_AGO)
    door = service(part, namespace=namespace, color=BLUE)
    plant(store, SERVICE, door, days_ago=_LONG_AGO)


def seed_surroundings(store: Store, part: Part, *, namespace: str) -> None:
    """What its pods refer to, and the namespace if it is not there yet."""
    if namespace not in {one["metadata"]["name"] for one in store.list(NAMESPACE)}:
        plant(store, NAMESPACE, {"metadata": {"name": namespace}}, days_ago=_LONG_AGO)
    for kind, obj in (
        (CONFIGMAP, config_map(part, namespace=namespace)),
        (SECRET, secret(part, namespace=namespace)),
        (SERVICE_ACCOUNT, service_account(part, namespace=namespace)),
    ):
        plant(store, kind, obj, days_ago=_LONG_AGO)
