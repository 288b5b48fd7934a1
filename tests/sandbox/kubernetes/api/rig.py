"""Objects to write, and the official client on a twin, as the bot would use it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kubernetes import client

from sandbox.kubernetes.kinds import DEPLOYMENT, NAMESPACE, POD, SERVICE
from sandbox.kubernetes.twin import KubernetesTwin

PLACE = "production"
NAME = "graphql"
PATH = f"/apis/apps/v1/namespaces/{PLACE}/deployments/{NAME}"
Json = dict[str, Any]


def deployment(name: str = NAME, image: str = "registry/graphql:v1", **spec: Any) -> Json:
    labels = {"app": name}
    container = {"name": name, "image": image, "env": [{"name": "A", "value": "1"}]}
    return {
        "metadata": {"name": name, "namespace": PLACE, "labels": labels},
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
            **spec,
        },
    }


def service(name: str = "docs", **selector: str) -> Json:
    return {
        "metadata": {"name": name, "namespace": PLACE},
        "spec": {"ports": [{"port": 80, "targetPort": 8080}], "selector": selector},
    }


def pod(name: str, *, app: str = NAME, node: str = "node-1", ready: bool = True) -> Json:
    condition = {"type": "Ready", "status": "True" if ready else "False"}
    return {
        "metadata": {"name": name, "namespace": PLACE, "labels": {"app": app}},
        "spec": {"nodeName": node, "containers": [{"name": app, "image": "registry/x:v1"}]},
        "status": {"phase": "Running", "conditions": [condition]},
    }


def furnish(twin: KubernetesTwin) -> None:
    """A namespace with one Deployment, one Service and two pods."""
    twin.store.create(NAMESPACE, {"metadata": {"name": PLACE}})
    twin.store.create(DEPLOYMENT, deployment())
    twin.store.create(SERVICE, service(app="docs", version="blue"))
    for name in ("graphql-a", "graphql-b"):
        twin.store.create(POD, pod(name))


@contextmanager
def connected(twin: KubernetesTwin, token: str = "") -> Iterator[client.ApiClient]:
    """The official client with no more than address and token set."""
    configuration = client.Configuration(host=twin.url)
    configuration.api_key = {"BearerToken": f"Bearer {token or twin.admin_token}"}
    configuration.retries = False
    with client.ApiClient(configuration) as api:
        yield api
        api.rest_client.pool_manager.clear()


def status_of(error: client.ApiException) -> Json:
    found: Json = json.loads(error.body)
    return found
