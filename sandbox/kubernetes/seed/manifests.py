"""The objects of one part of the platform, as its repository would hold them."""

from typing import Any

from sandbox.kubernetes.seed.part import Part
from sandbox.kubernetes.seed.release import REGISTRY, Release, image

Json = dict[str, Any]
PORT = 8080


def deployment(
    part: Part,
    release: Release,
    *,
    namespace: str,
    replicas: int,
    color: str = "",
    registry: str = REGISTRY,
) -> Json:
    """One colour of a part; without a colour, all of it."""
    labels = {"app": part.name} | ({"color": color} if color else {})
    name = f"{part.name}-{color}" if color else part.name
    return {
        "metadata": {"name": name, "namespace": namespace, "labels": labels | release.labels},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "strategy": {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0},
            },
            "revisionHistoryLimit": 10,
            "progressDeadlineSeconds": 600,
            "template": {
                "metadata": {
                    "labels": labels | release.labels,
                    "annotations": release.annotations(
                        documents=part.documents, schema=part.schema
                    ),
                },
                "spec": _pod(part, image(part.name, release.tag, registry=registry)),
            },
        },
    }


def _pod(part: Part, from_image: str) -> Json:
    probe = {"httpGet": {"path": "/healthz", "port": PORT}, "periodSeconds": 5}
    return {
        "serviceAccountName": part.name,
        "terminationGracePeriodSeconds": 30,
        "containers": [
            {
                "name": part.name,
                "image": from_image,
                "ports": [{"name": "http", "containerPort": PORT, "protocol": "TCP"}],
                "envFrom": [
                    {"configMapRef": {"name": f"{part.name}-config"}},
                    {"secretRef": {"name": f"{part.name}-secrets"}},
                ],
                "readinessProbe": probe,
                "resources": {
                    "requests": {"cpu": part.cpu, "memory": part.memory},
                    "limits": {"cpu": part.cpu_limit, "memory": part.memory_limit},
                },
            }
        ],
    }


def service(part: Part, *, namespace: str, color: str = "") -> Json:
    selector = {"app": part.name} | ({"color": color} if color else {})
    return {
        "metadata": _named(part.name, namespace),
        "spec": {
            "selector": selector,
            "ports": [{"name": "http", "port": 80, "targetPort": PORT, "protocol": "TCP"}],
        },
    }


def autoscaler(part: Part, *, namespace: str, color: str) -> Json:
    name = f"{part.name}-{color}"
    utilization = {"type": "Utilization", "averageUtilization": 70}
    return {
        "metadata": _named(name, namespace),
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
            "minReplicas": part.least,
            "maxReplicas": part.most,
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": utilization}}],
        },
    }


def disruption_budget(part: Part, *, namespace: str, color: str) -> Json:
    labels = {"app": part.name, "color": color}
    return {
        "metadata": _named(f"{part.name}-{color}", namespace),
        "spec": {"maxUnavailable": "50%", "selector": {"matchLabels": labels}},
    }


def quota(hard: dict[str, str], *, namespace: str) -> Json:
    return {"metadata": _named("compute", namespace), "spec": {"hard": hard}}


def config_map(part: Part, *, namespace: str) -> Json:
    data = {"LOG_LEVEL": "info", "SCHEMA_VERSION": "42"}
    return {"metadata": _named(f"{part.name}-config", namespace), "data": data}


def secret(part: Part, *, namespace: str) -> Json:
    # Base64 of a word that says what it is: the sandbox holds no secret.
    data = {"DATABASE_URL": "c2FuZGJveA=="}
    return {"metadata": _named(f"{part.name}-secrets", namespace), "type": "Opaque", "data": data}


def service_account(part: Part, *, namespace: str) -> Json:
    return {"metadata": _named(part.name, namespace)}


def _named(name: str, namespace: str) -> Json:
    return {"name": name, "namespace": namespace, "labels": {"app.kubernetes.io/part-of": "docs"}}
