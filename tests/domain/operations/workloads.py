"""Workloads as a survey finds them: a Deployment, its history, its pods and its autoscaler."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.domain.cluster.quota_scopes import Sort
from bot.domain.cluster.workload import Deployment, Pod, ReplicaSet, Scaler
from bot.domain.operations.room import Amounts, Counted, Part
from bot.domain.operations.survey import Workload

NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)


def template(version: str, color: str = "", app: str = "api", **more: Any) -> dict[str, Any]:
    labels = {"app": app, **({"color": color} if color else {}), **more.get("labels", {})}
    container = {
        "name": "app",
        "image": f"registry/candlefish/{app}:{version}",
        "resources": {
            "requests": {"cpu": "250m", "memory": "512Mi"},
            "limits": {"cpu": "1", "memory": "1Gi"},
        },
        "env": [{"name": "CONFIG", "value": more.get("config", "a")}],
    }
    return {
        "metadata": {"labels": labels, "annotations": dict(more.get("annotations", {}))},
        "spec": {"containers": [container]},
    }


def amounts(**taken: int) -> Amounts:
    """What ordinary pods take, by the names of a quota."""
    return ({Counted(name, Sort()): Decimal(amount) for name, amount in taken.items()},)


def named(part: Part) -> dict[str, Decimal]:
    return {one.name: amount for one, amount in part.items()}


def workload(
    color: str,
    *templates: Mapping[str, Any],
    app: str = "api",
    replicas: int = 3,
    minimum: int | None = None,
    **changes: Any,
) -> Workload:
    """The last template runs; those before it are its history."""
    name = f"{app}-{color}" if color else app
    deployment = Deployment(
        namespace="production",
        name=name,
        uid=name,
        generation=1,
        observed_generation=1,
        replicas=replicas,
        current=replicas,
        updated=replicas,
        available=replicas,
        selector={"app": app, **({"color": color} if color else {})},
        template=templates[-1],
    )
    scaler = None
    if minimum is not None:
        scaler = Scaler(
            namespace="production",
            name=name,
            deployment=name,
            minimum=minimum,
            maximum=10,
            current=replicas,
        )
    return Workload(
        color=color,
        deployment=replace(deployment, **changes),
        history=_history(name, templates, replicas),
        scaler=scaler,
        pods=_pods(name, templates, replicas),
    )


def _history(
    name: str, templates: Sequence[Mapping[str, Any]], replicas: int
) -> tuple[ReplicaSet, ...]:
    """One ReplicaSet an hour, the newest first; all pods are the newest's."""
    sets = [
        ReplicaSet(
            name=f"{name}-{number}",
            revision=number,
            created_at=NOW - timedelta(days=10) + timedelta(hours=number),
            replicas=replicas if one is templates[-1] else 0,
            ready=replicas if one is templates[-1] else 0,
            template=one,
        )
        for number, one in enumerate(templates, 1)
    ]
    return tuple(reversed(sets))


def _pods(name: str, templates: Sequence[Mapping[str, Any]], replicas: int) -> tuple[Pod, ...]:
    labels = templates[-1]["metadata"]["labels"]
    return tuple(
        Pod(
            name=f"{name}-{len(templates)}-{number}",
            labels={**labels, "pod-template-hash": str(len(templates))},
            ready=True,
            phase="Running",
        )
        for number in range(replicas)
    )
