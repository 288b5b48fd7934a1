"""A part whose traffic a service mesh splits, instead of its Service's selector."""

from collections.abc import Mapping
from typing import Any

from sandbox.kubernetes.controllers.load import Load
from sandbox.kubernetes.kinds import DESTINATIONRULE, SERVICE, VIRTUALSERVICE
from sandbox.kubernetes.seed.part import BLUE, GREEN, Part
from sandbox.kubernetes.seed.planting import plant
from sandbox.kubernetes.seed.platform import PRODUCTION, seed_part
from sandbox.kubernetes.store import Store

Json = dict[str, Any]


def seed_mesh(store: Store, load: Load, part: Part, *, namespace: str = PRODUCTION) -> None:
    """Both colours behind one Service; an Istio VirtualService sends everything to blue."""
    seed_part(store, load, part, namespace=namespace)
    put_in_mesh(store, load, part, namespace=namespace)


def put_in_mesh(store: Store, load: Load, part: Part, *, namespace: str = PRODUCTION) -> None:
    """A part that stands already.

    The load stands on the Deployments: their autoscalers know nothing of the mesh.
    """
    load.for_deployment(namespace, f"{part.name}-{BLUE}", part.load)
    load.for_deployment(namespace, f"{part.name}-{GREEN}", part.least)
    with store.lock:
        service = store.get(SERVICE, namespace, part.name)
        service["spec"]["selector"] = {"app": part.name}
        store.update(SERVICE, service)
    plant(store, DESTINATIONRULE, destination_rule(part, namespace))
    plant(store, VIRTUALSERVICE, virtual_service(part, namespace, {BLUE: 100, GREEN: 0}))


def destination_rule(part: Part, namespace: str) -> Json:
    subsets = [{"name": color, "labels": {"color": color}} for color in (BLUE, GREEN)]
    return {
        "metadata": {"name": part.name, "namespace": namespace},
        "spec": {"host": part.name, "subsets": subsets},
    }


def virtual_service(part: Part, namespace: str, weights: Mapping[str, int]) -> Json:
    """`weights` by colour, in percent."""
    route = [
        {"destination": {"host": part.name, "subset": color}, "weight": weight}
        for color, weight in weights.items()
    ]
    return {
        "metadata": {"name": part.name, "namespace": namespace},
        "spec": {"hosts": [part.name], "http": [{"route": route}]},
    }
