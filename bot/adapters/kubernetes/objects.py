"""Kubernetes' raw objects as the domain's values; what is absent is Kubernetes' own default."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.domain.cluster.workload import (
    Condition,
    Deployment,
    DestinationRule,
    Endpoint,
    Quota,
    ReplicaSet,
    Route,
    Scaler,
    Scope,
    Service,
    without_hash,
)

Raw = Mapping[str, Any]
REVISION = "deployment.kubernetes.io/revision"


def deployment(raw: Raw) -> Deployment:
    meta, spec, status = raw["metadata"], raw["spec"], raw.get("status") or {}
    surge, unavailable = _rolling(spec.get("strategy") or {})
    return Deployment(
        namespace=meta["namespace"],
        name=meta["name"],
        uid=meta["uid"],
        generation=meta["generation"],
        observed_generation=status.get("observedGeneration", 0),
        replicas=spec.get("replicas", 1),
        current=status.get("replicas", 0),
        updated=status.get("updatedReplicas", 0),
        available=status.get("availableReplicas", 0),
        selector=dict((spec.get("selector") or {}).get("matchLabels") or {}),
        annotations=dict(meta.get("annotations") or {}),
        conditions={
            each["type"]: Condition(
                status=each["status"],
                reason=each.get("reason", ""),
                message=each.get("message", ""),
            )
            for each in status.get("conditions") or ()
        },
        template=spec["template"],
        paused=bool(spec.get("paused")),
        history_limit=spec.get("revisionHistoryLimit", 10),
        max_surge=surge,
        max_unavailable=unavailable,
    )


def _rolling(strategy: Raw) -> tuple[str, str]:
    if strategy.get("type") == "Recreate":
        return "0", "100%"
    rolling = strategy.get("rollingUpdate") or {}
    return str(rolling.get("maxSurge", "25%")), str(rolling.get("maxUnavailable", "25%"))


def replica_set(raw: Raw) -> ReplicaSet:
    meta, status = raw["metadata"], raw.get("status") or {}
    return ReplicaSet(
        name=meta["name"],
        revision=int((meta.get("annotations") or {}).get(REVISION, 0)),
        created_at=moment(meta["creationTimestamp"]),
        replicas=status.get("replicas", 0),
        ready=status.get("readyReplicas", 0),
        template=without_hash(raw["spec"]["template"]),
    )


def owned(raw: Raw, uid: str) -> bool:
    owners = raw["metadata"].get("ownerReferences") or ()
    return any(owner.get("controller") and owner["uid"] == uid for owner in owners)


def service(raw: Raw) -> Service:
    meta = raw["metadata"]
    return Service(
        namespace=meta["namespace"],
        name=meta["name"],
        selector=dict(raw["spec"].get("selector") or {}),
        resource_version=meta["resourceVersion"],
    )


def endpoints(slices: Iterable[Raw]) -> tuple[Endpoint, ...]:
    """Each pod once, though IPv4 and IPv6 have slices of their own; unsaid readiness is ready."""
    ready: dict[str, bool] = {}
    for each in (endpoint for one in slices for endpoint in one.get("endpoints") or ()):
        target = each.get("targetRef") or {}
        pod = target.get("name") or next(iter(each.get("addresses") or ()), "")
        said = (each.get("conditions") or {}).get("ready")
        ready[pod] = ready.get(pod, False) or said is not False
    return tuple(Endpoint(pod=pod, ready=is_ready) for pod, is_ready in sorted(ready.items()))


def route(raw: Raw) -> Route:
    meta = raw["metadata"]
    return Route(
        namespace=meta["namespace"],
        name=meta["name"],
        http=tuple(raw["spec"].get("http") or ()),
        tcp=tuple(raw["spec"].get("tcp") or ()),
        tls=tuple(raw["spec"].get("tls") or ()),
        resource_version=meta["resourceVersion"],
    )


def destination_rule(raw: Raw) -> DestinationRule:
    meta, spec = raw["metadata"], raw.get("spec") or {}
    return DestinationRule(
        namespace=meta["namespace"],
        name=meta["name"],
        host=spec.get("host", ""),
        subsets=tuple(one.get("name", "") for one in spec.get("subsets") or ()),
    )


def scaler(raw: Raw) -> Scaler:
    meta, spec, status = raw["metadata"], raw["spec"], raw.get("status") or {}
    target = spec["scaleTargetRef"]
    return Scaler(
        namespace=meta["namespace"],
        name=meta["name"],
        deployment=target["name"] if target["kind"] == "Deployment" else "",
        minimum=spec.get("minReplicas", 1),
        maximum=spec["maxReplicas"],
        current=status.get("currentReplicas", 0),
        annotations=dict(meta.get("annotations") or {}),
    )


def quotas(listed: Iterable[Raw]) -> tuple[Quota, ...]:
    return tuple(
        Quota(
            name=raw["metadata"]["name"],
            hard=dict((raw.get("status") or {}).get("hard") or raw["spec"].get("hard") or {}),
            used=dict((raw.get("status") or {}).get("used") or {}),
            scopes=_scopes(raw["spec"]),
        )
        for raw in listed
    )


def _scopes(spec: Raw) -> tuple[Scope, ...]:
    """A bare scope is one that must be there."""
    chosen = (spec.get("scopeSelector") or {}).get("matchExpressions") or ()
    return (
        *(Scope(name=name) for name in spec.get("scopes") or ()),
        *(
            Scope(
                name=one["scopeName"],
                operator=one["operator"],
                values=tuple(one.get("values") or ()),
            )
            for one in chosen
        ),
    )


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
