"""A component that is one Deployment, with releases behind it: what has no second colour."""

from collections.abc import Sequence
from dataclasses import replace

from sandbox.kubernetes.kinds import SERVICE
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.seed.manifests import deployment, service
from sandbox.kubernetes.seed.part import GRAPHQL, Part
from sandbox.kubernetes.seed.planting import plant, plant_history
from sandbox.kubernetes.seed.platform import PRODUCTION, seed_surroundings
from sandbox.kubernetes.seed.release import REGISTRY, Release
from sandbox.kubernetes.store import Store

TWO_BAD = (
    Release(tag="v1.2.0", days_ago=20.0),
    Release(tag="v1.3.0", days_ago=6.0),
    Release(tag="v1.4.0-bad", days_ago=0.2),
    Release(tag="v1.4.1-bad", days_ago=0.1),
)


def single(
    store: Store,
    name: str,
    releases: Sequence[Release] = TWO_BAD,
    *,
    namespace: str = PRODUCTION,
    replicas: int = 3,
    like: Part = GRAPHQL,
    registry: str = REGISTRY,
    **spec: object,
) -> Object:
    """Its Deployment, with one revision for each release, oldest first; the last one runs.

    `spec` overrides fields of the Deployment's spec, in Kubernetes' own spelling.
    """
    part = replace(like, name=name)
    seed_surroundings(store, part, namespace=namespace)
    history = [
        deployment(part, one, namespace=namespace, replicas=replicas, registry=registry)
        for one in releases
    ]
    for manifest in history:
        manifest["spec"] |= spec
    planted = plant_history(store, history, [one.days_ago for one in releases])
    plant(store, SERVICE, service(part, namespace=namespace), days_ago=30.0)
    return planted
