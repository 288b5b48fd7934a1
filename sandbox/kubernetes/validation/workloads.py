"""What is wrong with a Deployment or a ReplicaSet."""

from collections.abc import Iterator
from typing import Any

from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.selectors import selects
from sandbox.kubernetes.statuses import Cause
from sandbox.kubernetes.validation.causes import (
    forbidden_value,
    invalid_value,
    negative,
    required,
)
from sandbox.kubernetes.validation.pods import template_causes

NONE = (0, "0%", "0")


def deployment_causes(deployment: Object, before: Object | None) -> Iterator[Cause]:
    spec = deployment.get("spec") or {}
    for field in ("replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"):
        yield from negative(f"spec.{field}", spec.get(field))
    yield from _selector(spec, before)
    yield from template_causes("spec.template", spec.get("template") or {})
    yield from _restart(spec)
    yield from _strategy(spec.get("strategy") or {})
    deadline, ready = spec.get("progressDeadlineSeconds", 0), spec.get("minReadySeconds", 0)
    if 0 <= deadline <= ready:
        why = "must be greater than minReadySeconds"
        yield invalid_value("spec.progressDeadlineSeconds", deadline, why)


def replicaset_causes(replicaset: Object, before: Object | None) -> Iterator[Cause]:
    spec = replicaset.get("spec") or {}
    yield from negative("spec.replicas", spec.get("replicas"))
    yield from _selector(spec, before)
    yield from template_causes("spec.template", spec.get("template") or {})
    yield from _restart(spec)


def _selector(spec: dict[str, Any], before: Object | None) -> Iterator[Cause]:
    selector = spec.get("selector")
    if selector is None:
        yield required("spec.selector")
        return
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        why = "empty selector is invalid for deployment"
        yield invalid_value("spec.selector", selector, why)
    template = spec.get("template") or {}
    labels = (template.get("metadata") or {}).get("labels") or {}
    if not selects(selector, labels):
        field = "spec.template.metadata.labels"
        yield invalid_value(field, labels, "`selector` does not match template `labels`")
    if before is not None and before["spec"].get("selector") != selector:
        yield invalid_value("spec.selector", selector, "field is immutable")


def _restart(spec: dict[str, Any]) -> Iterator[Cause]:
    pod = (spec.get("template") or {}).get("spec") or {}
    policy = pod.get("restartPolicy", "Always")
    if policy != "Always":
        yield Cause(
            reason="FieldValueNotSupported",
            message=f'Unsupported value: "{policy}": supported values: "Always"',
            field="spec.template.spec.restartPolicy",
        )


def _strategy(strategy: dict[str, Any]) -> Iterator[Cause]:
    rolling = strategy.get("rollingUpdate")
    if strategy.get("type") == "Recreate" and rolling is not None:
        why = "may not be specified when strategy `type` is 'Recreate'"
        yield forbidden_value("spec.strategy.rollingUpdate", why)
    if strategy.get("type") != "RollingUpdate" or rolling is None:
        return
    field = "spec.strategy.rollingUpdate"
    for part in ("maxUnavailable", "maxSurge"):
        yield from negative(f"{field}.{part}", rolling.get(part))
    if rolling.get("maxUnavailable") in NONE and rolling.get("maxSurge") in NONE:
        why = "may not be 0 when `maxSurge` is 0"
        yield invalid_value(f"{field}.maxUnavailable", rolling["maxUnavailable"], why)
