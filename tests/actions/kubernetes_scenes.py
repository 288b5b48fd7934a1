"""One scene for each action on a cluster."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.actions import (
    converge,
    delete_restore_point,
    drain,
    freeze_deploys,
    restart,
    restore_minimum,
    restore_template,
    scale,
    scale_idle,
    switch_route,
    switch_service,
    take_restore_point,
    unfreeze_deploys,
)
from bot.adapters.volume_snapshots import OPERATION, VolumeSnapshots
from bot.domain.cluster.hold import ASKED, IDLE
from bot.domain.cluster.workload import FREEZE
from bot.domain.ops_data.restore_point import Provider
from sandbox.kubernetes.kinds import DESTINATIONRULE, PVC, VIRTUALSERVICE, VOLUMESNAPSHOT
from sandbox.kubernetes.seed.platform import PRODUCTION
from tests.actions.rig import BLUE, GREEN, LABELS, NAME, Rig
from tests.actions.scene import Scene

CLAIM = "postgresql-data"
_SNAPSHOT: Mapping[str, Any] = {
    "component": "postgresql",
    "provider": Provider.VOLUME_SNAPSHOT,
    "name": CLAIM,
    "namespace": PRODUCTION,
    "id": "cf-rb-7",
}


def scene(rig: Rig, args: Any, names: str, **more: Any) -> Scene:
    usual: dict[str, Any] = {
        "effects": rig.effects,
        "requests": rig.writes,
        "lose": rig.lose,
        "away": rig.away,
        "forbidden": rig.forbidden,
    }
    return Scene(world=rig.world, args=args, names=names, **(usual | more))


def _freeze(rig: Rig) -> Scene:
    args = freeze_deploys.Args(namespace=PRODUCTION, deployments=(BLUE, GREEN), operation="OP-7")
    return scene(rig, args, GREEN, writes=2)


def _unfreeze(rig: Rig) -> Scene:
    for name in (BLUE, GREEN):
        rig.cluster.annotate(PRODUCTION, name, {FREEZE: "OP-7"})
    args = unfreeze_deploys.Args(namespace=PRODUCTION, deployments=(BLUE, GREEN))
    return scene(rig, args, GREEN, writes=2)


def _scale_idle(rig: Rig) -> Scene:
    args = scale_idle.Args(
        namespace=PRODUCTION,
        deployment=GREEN,
        scaler=GREEN,
        live_deployment=BLUE,
        live_scaler=BLUE,
        service=NAME,
    )
    return scene(rig, args, GREEN, state=lambda: minimum(rig, GREEN), **_of_scaler(rig))


def _restore_minimum(rig: Rig) -> Scene:
    rig.cluster.set_minimum(PRODUCTION, GREEN, 5, IDLE.marks(3, 5))
    args = restore_minimum.Args(namespace=PRODUCTION, deployment=GREEN, scaler=GREEN)
    return scene(rig, args, GREEN)


def _restore_template(rig: Rig) -> Scene:
    live = rig.deployment(GREEN)
    earlier = rig.cluster.replica_sets(live)[-1]
    args = restore_template.Args(
        environment="production",
        component=NAME,
        namespace=PRODUCTION,
        deployment=GREEN,
        before=live.template_hash,
        after=earlier.template_hash,
    )
    return scene(rig, args, GREEN, state=lambda: rig.deployment(GREEN).template_hash)


def _switch_service(rig: Rig) -> Scene:
    args = switch_service.Args(
        namespace=PRODUCTION,
        service=NAME,
        key="color",
        before="blue",
        after="green",
        before_deployment=BLUE,
        after_deployment=GREEN,
    )
    return scene(rig, args, NAME, state=lambda: rig.cluster.service(PRODUCTION, NAME).selector)


def _switch_route(rig: Rig) -> Scene:
    http = [{"route": [destination("blue", 100), destination("green", 0)]}]
    metadata = {"name": NAME, "namespace": PRODUCTION}
    rig.twin.store.create(VIRTUALSERVICE, {"metadata": metadata, "spec": {"http": http}})
    define(rig, "blue", "green")
    args = switch_route.Args(
        namespace=PRODUCTION,
        route=NAME,
        before="blue",
        after="green",
        before_deployment=BLUE,
        after_deployment=GREEN,
    )
    return scene(rig, args, NAME, state=lambda: rig.cluster.route(PRODUCTION, NAME).http)


def _converge(rig: Rig) -> Scene:
    args = converge.Args(
        namespace=PRODUCTION,
        service=NAME,
        labels=LABELS | {"color": "green"},
        template=rig.deployment(GREEN).template_hash,
        deployment=GREEN,
    )
    return scene(rig, args, NAME, meanwhile=lambda: rig.select("green"), writes=0)


def _drain(rig: Rig) -> Scene:
    args = drain.Args(
        namespace=PRODUCTION,
        deployment=BLUE,
        labels=LABELS | {"color": "blue"},
        percent=40,
        every_seconds=0.05,
    )
    return scene(
        rig,
        args,
        BLUE,
        effects=lambda: rig.effects("/eviction"),
        lose=lambda: rig.lose("/eviction$"),
        writes=5,
    )


def _restart(rig: Rig) -> Scene:
    return scene(rig, restart.Args(namespace=PRODUCTION, deployment=BLUE), BLUE)


def _scale(rig: Rig) -> Scene:
    args = scale.Args(namespace=PRODUCTION, deployment=BLUE, scaler=BLUE, replicas=7)
    return scene(rig, args, BLUE, state=lambda: minimum(rig, BLUE), **_of_scaler(rig))


def _take_restore_point(rig: Rig) -> Scene:
    claim = {
        "metadata": {"name": CLAIM, "namespace": PRODUCTION},
        "spec": {"accessModes": ["ReadWriteOnce"]},
        "status": {"phase": "Bound"},
    }
    created = rig.twin.store.create(PVC, claim)
    rig.twin.store.update_status(PVC, created | {"status": claim["status"]})
    args = take_restore_point.Args(**_SNAPSHOT, snapshot_class="csi")
    return _with_snapshots(rig, scene(rig, args, _SNAPSHOT["id"]))


def _delete_restore_point(rig: Rig) -> Scene:
    labels = {OPERATION: "op-7-1"}
    metadata = {"name": _SNAPSHOT["id"], "namespace": PRODUCTION, "labels": labels}
    spec = {"source": {"persistentVolumeClaimName": CLAIM}}
    rig.twin.store.create(VOLUMESNAPSHOT, {"metadata": metadata, "spec": spec})
    args = delete_restore_point.Args(**_SNAPSHOT)
    return _with_snapshots(rig, scene(rig, args, _SNAPSHOT["id"]))


def _with_snapshots(rig: Rig, found: Scene) -> Scene:
    snapshots = {Provider.VOLUME_SNAPSHOT: VolumeSnapshots.beside(rig.cluster)}
    return replace(found, world=replace(found.world, snapshots=snapshots))


def _of_scaler(rig: Rig) -> Mapping[str, Any]:
    """Whether our write of the count changes anything depends on who is first: it, or we."""
    path = "/horizontalpodautoscalers/"
    return {"effects": lambda: rig.effects(path), "lose": lambda: rig.lose(path)}


def define(rig: Rig, *colors: str, host: str = NAME) -> None:
    """A DestinationRule with these subsets."""
    subsets = [{"name": color, "labels": {"color": color}} for color in colors]
    metadata = {"name": "colours", "namespace": PRODUCTION}
    spec = {"host": host, "subsets": subsets}
    rig.twin.store.create(DESTINATIONRULE, {"metadata": metadata, "spec": spec})


def destination(color: str, weight: int) -> Mapping[str, Any]:
    return {"destination": {"host": NAME, "subset": color}, "weight": weight}


def minimum(rig: Rig, name: str) -> object:
    scaler = rig.cluster.scaler(PRODUCTION, name)
    assert scaler is not None
    return scaler.minimum, ASKED.on(scaler.annotations), IDLE.on(scaler.annotations)


SCENES: Mapping[str, Callable[[Rig], Scene]] = {
    "freeze_deploys": _freeze,
    "unfreeze_deploys": _unfreeze,
    "scale_idle": _scale_idle,
    "restore_minimum": _restore_minimum,
    "restore_template": _restore_template,
    "switch_service": _switch_service,
    "switch_route": _switch_route,
    "converge": _converge,
    "drain": _drain,
    "restart": _restart,
    "scale": _scale,
    "take_restore_point": _take_restore_point,
    "delete_restore_point": _delete_restore_point,
}
