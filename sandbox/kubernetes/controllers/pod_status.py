"""A pod's status as kubelet and scheduler write it, for each stage of a pod's life."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sandbox.kubernetes.controllers.conditions import found, placed
from sandbox.kubernetes.objects import Object, name_of

_NOT_READY = "ContainersNotReady"


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a stage looks: `waiting` is the reason the containers give."""

    phase: str
    ready: bool = False
    waiting: str = ""
    message: str = ""


class Stage(Enum):
    CREATING = Look(phase="Pending", waiting="ContainerCreating")
    READY = Look(phase="Running", ready=True)
    STUCK = Look(phase="Running")
    CRASHING = Look(
        phase="Running",
        waiting="CrashLoopBackOff",
        message="back-off {back_off}s restarting failed container={container} pod={pod}",
    )
    NO_PULL = Look(
        phase="Pending",
        waiting="ImagePullBackOff",
        message='Back-off pulling image "{image}"',
    )
    NO_CONFIG = Look(phase="Pending", waiting="CreateContainerConfigError", message="{why}")


def unschedulable(now: str) -> dict[str, Any]:
    message = "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available."
    scheduled = _condition("PodScheduled", ok=False, reason="Unschedulable", now=now)
    return {
        "phase": "Pending",
        "conditions": [scheduled | {"message": message}],
        "qosClass": "Burstable",
    }


def status(
    pod: Object, stage: Stage, *, ip: str, now: str, restarts: int = 0, why: str = ""
) -> dict[str, Any]:
    """`why` names what the pod's configuration lacks; `now` is a stamp of the API."""
    old = pod.get("status") or {}
    look = stage.value
    names = [one["name"] for one in pod["spec"]["containers"]]
    conditions = list(old.get("conditions", ()))
    for kind, ok in {
        "PodScheduled": True,
        "Initialized": True,
        "ContainersReady": look.ready,
        "Ready": look.ready,
    }.items():
        new = _condition(kind, ok=ok, reason="" if ok else _NOT_READY, now=now)
        if not ok:
            new["message"] = f"containers with unready status: [{' '.join(names)}]"
        conditions = placed(conditions, new)
    become = {
        "phase": look.phase,
        "conditions": conditions,
        "hostIP": "10.0.0.1",
        "startTime": old.get("startTime", now),
        "containerStatuses": [
            _container(pod, one, look, restarts=restarts, why=why, now=now)
            for one in pod["spec"]["containers"]
        ],
        "qosClass": "Burstable",
    }
    return become | ({"podIP": ip, "podIPs": [{"ip": ip}]} if look.phase == "Running" else {})


def is_ready(pod: Object) -> bool:
    ready = found((pod.get("status") or {}).get("conditions", ()), "Ready")
    return ready is not None and ready["status"] == "True"


def ready_since(pod: Object) -> float:
    """Seconds since 1970; only for a pod that is ready."""
    conditions = pod["status"]["conditions"]
    text = next(one["lastTransitionTime"] for one in conditions if one["type"] == "Ready")
    return datetime.fromisoformat(text).timestamp()


def _condition(kind: str, *, ok: bool, reason: str = "", now: str) -> dict[str, Any]:
    word = {"reason": reason} if reason else {}
    return {
        "type": kind,
        "status": "True" if ok else "False",
        "lastProbeTime": None,
        "lastTransitionTime": now,
        **word,
    }


def _container(
    pod: Object, spec: dict[str, Any], look: Look, *, restarts: int, why: str, now: str
) -> dict[str, Any]:
    state: dict[str, Any] = {"running": {"startedAt": now}}
    if look.waiting:
        message = look.message.format(
            back_off=min(300, 10 * 2 ** max(0, restarts - 1)),
            container=spec["name"],
            pod=f"{name_of(pod)}_{pod['metadata']['namespace']}({pod['metadata']['uid']})",
            image=spec["image"],
            why=why,
        )
        state = {"waiting": {"reason": look.waiting} | ({"message": message} if message else {})}
    crashed = {"exitCode": 1, "reason": "Error", "startedAt": now, "finishedAt": now}
    return {
        "name": spec["name"],
        "image": spec["image"],
        "imageID": spec["image"] if look.phase == "Running" else "",
        "ready": look.ready,
        "started": look.ready,
        "restartCount": restarts,
        "state": state,
        "lastState": {"terminated": crashed} if restarts else {},
    }
