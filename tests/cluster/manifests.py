"""Small objects that any namespace takes, also one with quotas and restricted pods."""

from typing import Any

Json = dict[str, Any]
RUN = "candlefish.ai/test"  # the label that every object of a run bears
COLOR = "candlefish.ai/color"
VERSION = "app.kubernetes.io/version"


def deployment(name: str, image: str, *, run: str, replicas: int, app: str, color: str) -> Json:
    labels = {RUN: run, "app": app} | ({COLOR: color} if color else {})
    return {
        "metadata": {"name": name, "labels": {RUN: run}},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "strategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
            "template": template(image, "r1", labels),
        },
    }


def template(image: str, release: str, labels: Json) -> Json:
    """A release is its version label and one environment variable; the image may be the same."""
    return {
        "metadata": {"labels": labels | {VERSION: release}},
        "spec": {
            "automountServiceAccountToken": False,
            "terminationGracePeriodSeconds": 1,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 65535,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [
                {
                    "name": "main",
                    "image": image,
                    "env": [{"name": "RELEASE", "value": release}],
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "capabilities": {"drop": ["ALL"]},
                    },
                    "resources": {
                        "requests": {"cpu": "5m", "memory": "8Mi"},
                        "limits": {"cpu": "50m", "memory": "32Mi"},
                    },
                }
            ],
        },
    }


def service(name: str, *, run: str, selector: Json) -> Json:
    return {
        "metadata": {"name": name, "labels": {RUN: run}},
        "spec": {
            "selector": {RUN: run} | selector,
            "ports": [{"name": "http", "port": 80, "targetPort": 8080}],
        },
    }


def autoscaler(name: str, *, run: str, least: int, most: int) -> Json:
    return {
        "metadata": {"name": name, "labels": {RUN: run}},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
            "minReplicas": least,
            "maxReplicas": most,
        },
    }
