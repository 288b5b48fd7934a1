"""The steps of one component on its way: each names an action and what it is to be called with.

Arguments hold what will be done and nothing of the weather, for an approval is bound to them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.operations.plan import Step
from bot.domain.operations.survey import ClusterSurvey
from bot.domain.operations.way import Way
from bot.domain.ops_data.component import Component
from bot.domain.ops_data.restore_point import Provider, Store

FIRST = 0  # the stage that stills the world before anything moves


def freezing(component: str) -> str:
    """What the step is called that stops its deploys."""
    return f"freeze {component}"


def freeze(component: Component, environment: str, operation: str, *, optional: bool) -> Step:
    """Stops new deploys: the annotation on all its Deployments, or the lock of its site."""
    name = freezing(component.name)
    site = component.sites.get(environment)
    if component.rollout is None or not component.rollout.deployments:
        return _step(name, "lock_site", component.name, {"site": site}, optional=optional)
    args = _frozen(component, environment) | {"operation": operation}
    return _step(name, "freeze_deploys", component.name, args, optional=optional)


def unfreeze(component: Component, environment: str) -> Step:
    name = f"unfreeze {component.name}"
    if component.rollout is None or not component.rollout.deployments:
        args = {"site": component.sites.get(environment)}
        return _step(name, "unlock_site", component.name, args)
    return _step(name, "unfreeze_deploys", component.name, _frozen(component, environment))


def restore_point(
    store: Store, identifier: str, fresh: timedelta, *, may_stall: bool = False
) -> Step | None:
    """`None` where the store's provider makes none; `fresh` is how old another one may be."""
    if store.provider is Provider.NONE:
        return None
    args = {
        "component": store.component,
        "provider": store.provider.value,
        "name": store.name,
        "namespace": store.namespace,
        "snapshot_class": store.snapshot_class,
        "id": identifier,
        "fresh_seconds": fresh.total_seconds(),
        **({"may_stall": True} if may_stall else {}),
    }
    name = f"restore point of {store.component}"
    return _step(name, "take_restore_point", store.component, args, optional=True)


def moves(way: Way, survey: ClusterSurvey, version: str, stage: int) -> tuple[Step, ...]:
    """From what runs to the target, the traffic with it.

    Behind a route the Service has both colours' pods: its endpoints say nothing of the traffic.
    """
    found: list[Step] = []
    if way.restores:
        found.append(_restore(way, survey))
    if way.switches:
        found += [_scale(way, survey), _switch(way, survey)]
    if survey.service is not None and survey.route is None:
        found.append(_converge(way, survey, version))
    if way.switches and survey.rollout.drain is not None and not way.left:
        found.append(_drain(way, survey))
    return tuple(_at(step, stage) for step in found)


def restored_deploy(component: Component, args: Mapping[str, str], stage: int) -> tuple[Step, ...]:
    step = _step(f"restore {component.name}", "restore_deploy", component.name, args, decisive=True)
    return (_at(step, stage),)


def _restore(way: Way, survey: ClusterSurvey) -> Step:
    deployment = way.workload.deployment
    args = {
        "environment": survey.environment,
        "component": survey.component.name,
        "namespace": survey.namespace,
        "deployment": deployment.name,
        "before": deployment.template_hash,
        "after": way.place.identity,
    }
    name = f"restore {survey.component.name}"
    component = survey.component.name
    return _step(name, "restore_template", component, args, decisive=not way.switches)


def _scale(way: Way, survey: ClusterSurvey) -> Step:
    idle, live = way.workload, way.live
    args = {
        "namespace": survey.namespace,
        "deployment": idle.deployment.name,
        "scaler": idle.scaler.name if idle.scaler else "",
        "live_deployment": live.deployment.name,
        "live_scaler": live.scaler.name if live.scaler else "",
        "service": "" if survey.route is not None else survey.rollout.service,
    }
    return _step(f"scale {survey.component.name}", "scale_idle", survey.component.name, args)


def _switch(way: Way, survey: ClusterSurvey) -> Step:
    sides: dict[str, object] = {
        "namespace": survey.namespace,
        "before": way.live.color,
        "after": way.workload.color,
        "before_deployment": way.live.deployment.name,
        "after_deployment": way.workload.deployment.name,
        "before_template": way.live.deployment.template_hash,
        "after_template": way.place.identity,
    }
    name, component = f"switch {survey.component.name}", survey.component.name
    if survey.route is not None:
        leaves = {"leaves": True} if way.left else {}
        args = {**sides, "route": survey.route.name, **leaves}
        return _step(name, "switch_route", component, args, decisive=True)
    args = sides | {"service": survey.rollout.service, "key": survey.rollout.selector}
    return _step(name, "switch_service", component, args, decisive=True)


def _converge(way: Way, survey: ClusterSurvey, version: str) -> Step:
    """Where it does not come true, the looks afterwards say whether that is bad."""
    rollout = survey.rollout
    labels = dict(survey.service.selector) if survey.service else {}
    if rollout.coloured:
        labels[rollout.selector] = way.workload.color
    args = {
        "namespace": survey.namespace,
        "service": rollout.service,
        "labels": labels,
        "template": way.place.identity,
        "version": version,
        "probes": list(rollout.probes.get(survey.environment, ())),
        "deployment": way.workload.deployment.name,
    }
    name = f"converge {survey.component.name}"
    return _step(name, "converge", survey.component.name, args, optional=True)


def _drain(way: Way, survey: ClusterSurvey) -> Step:
    drain = survey.rollout.drain
    args: dict[str, Any] = {
        "namespace": survey.namespace,
        "deployment": way.live.deployment.name,
        "labels": dict(way.live.deployment.selector),
        "percent": drain.percent if drain else 0,
        "every_seconds": drain.every.total_seconds() if drain else 0.0,
        "before": way.live.color,
        "after": way.workload.color,
    }
    if survey.route is not None:
        args |= {"route": survey.route.name}
    else:
        args |= {"service": survey.rollout.service, "key": survey.rollout.selector}
    name = f"drain {survey.component.name}"
    return _step(name, "drain", survey.component.name, args, optional=True, beside=True)


def _frozen(component: Component, environment: str) -> dict[str, Any]:
    deployments: Sequence[str] = ()
    if component.rollout is not None:
        deployments = sorted(set(component.rollout.deployments.values()))
    return {
        "namespace": component.namespace.get(environment, ""),
        "deployments": list(deployments),
    }


def _step(
    name: str,
    action: str,
    component: str,
    args: Mapping[str, Any],
    *,
    decisive: bool = False,
    optional: bool = False,
    beside: bool = False,
) -> Step:
    return Step(
        name=name,
        action=action,
        component=component,
        args=args,
        stage=FIRST,
        decisive=decisive,
        optional=optional,
        beside=beside,
    )


def _at(step: Step, stage: int) -> Step:
    return replace(step, stage=stage)
