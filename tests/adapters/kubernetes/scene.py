"""A furnished twin without controllers: what the adapter reads is what a test wrote."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from bot.adapters.kubernetes.cluster import KubernetesCluster
from sandbox.kubernetes.kinds import (
    DEPLOYMENT,
    ENDPOINTSLICE,
    HPA,
    NAMESPACE,
    POD,
    REPLICASET,
    SERVICE,
    VIRTUALSERVICE,
)
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.twin import KubernetesTwin

PLACE, NAME = "production", "api"
LABELS = {"app": NAME}
PATH = f"/apis/apps/v1/namespaces/{PLACE}/deployments/{NAME}"
SERVICE_PATH = f"/api/v1/namespaces/{PLACE}/services/{NAME}"
KEY = "candlefish.ai/color"
PATIENCE = 20.0
Json = dict[str, Any]


class Connect(Protocol):
    def __call__(self, kubeconfig: str, context: str | None = None) -> KubernetesCluster: ...


def template(image: str = "registry/api:v1", **spec: Any) -> Json:
    container = {"name": "api", "image": image}
    return {"metadata": {"labels": LABELS}, "spec": {"containers": [container], **spec}}


def of(name: str, **metadata: Any) -> Json:
    return {"name": name, "namespace": PLACE} | metadata


def furnish(twin: KubernetesTwin) -> None:
    """A Deployment with two revisions, its Service, autoscaler and route; none of it moves."""
    store = twin.store
    store.create(NAMESPACE, {"metadata": {"name": PLACE}})
    spec = {"replicas": 3, "selector": {"matchLabels": LABELS}, "template": template()}
    live = store.create(DEPLOYMENT, {"metadata": of(NAME), "spec": spec})
    for revision in (1, 2):
        plant_revision(twin, live, revision)
    selector = LABELS | {KEY: "blue"}
    ports = [{"port": 80, "targetPort": 8080}]
    store.create(SERVICE, {"metadata": of(NAME), "spec": {"selector": selector, "ports": ports}})
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": NAME}
    bounds = {"minReplicas": 3, "maxReplicas": 10, "scaleTargetRef": target}
    store.create(HPA, {"metadata": of(NAME), "spec": bounds})
    store.create(VIRTUALSERVICE, {"metadata": of(NAME), "spec": {"http": [to("blue")]}})


def plant_revision(twin: KubernetesTwin, owner: Object, revision: int, **owned: Any) -> Object:
    pods = template(f"registry/api:v{revision}")
    pods["metadata"]["labels"] = LABELS | {"pod-template-hash": f"hash{revision}"}
    reference = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": NAME,
        "uid": owner["metadata"]["uid"],
        "controller": True,
    }
    metadata = of(
        f"{NAME}-{revision}{owned.get('uid', '')}",
        labels=LABELS,
        annotations={"deployment.kubernetes.io/revision": str(revision)},
        ownerReferences=[reference | owned],
    )
    spec = {"replicas": 0, "selector": {"matchLabels": LABELS}, "template": pods}
    return twin.store.create(REPLICASET, {"metadata": metadata, "spec": spec})


def plant_pod(twin: KubernetesTwin, name: str, **spec: Any) -> Object:
    body = {"containers": [{"name": "api", "image": "registry/api:v1"}]} | spec
    pod = twin.store.create(POD, {"metadata": of(name, labels=LABELS), "spec": body})
    pod["status"] = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    return twin.store.update_status(POD, pod)


def plant_slice(twin: KubernetesTwin, name: str, endpoints: list[Json]) -> None:
    labels = {"kubernetes.io/service-name": NAME}
    body = {"metadata": of(name, labels=labels), "addressType": "IPv4", "endpoints": endpoints}
    twin.store.create(ENDPOINTSLICE, body)


def to(subset: str) -> Json:
    return {"route": [{"destination": {"host": NAME, "subset": subset}, "weight": 100}]}


@contextmanager
def connecting(folder: Path) -> Iterator[Connect]:
    """Makes clusters, each from a kubeconfig, and closes them at the end."""
    with ExitStack() as opened:

        def connect(kubeconfig: str, context: str | None = None) -> KubernetesCluster:
            """A file's name, or the text of one."""
            if "\n" in kubeconfig:
                file = folder / "kubeconfig"
                file.write_text(kubeconfig)
                kubeconfig = str(file)
            cluster = KubernetesCluster.connect(kubeconfig, context)
            return opened.enter_context(closing(cluster))

        yield connect


def until(wanted: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not wanted():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def held(twin: KubernetesTwin) -> Object:
    return twin.store.get(DEPLOYMENT, PLACE, NAME)


def sent(twin: KubernetesTwin) -> tuple[str, Any]:
    """Content type and body of the newest request that had one."""
    newest = [each for each in twin.journal.requests() if each.body][-1]
    return newest.headers["content-type"], json.loads(newest.body)
