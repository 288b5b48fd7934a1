"""A raw pod as the value the domain knows, and why it does not run if it does not."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.adapters.kubernetes.objects import moment
from bot.domain.cluster.workload import Pod

Raw = Mapping[str, Any]
_STARTING = frozenset({"ContainerCreating", "PodInitializing"})


def pod(raw: Raw) -> Pod:
    meta, status = raw["metadata"], raw.get("status") or {}
    started = status.get("startTime")
    return Pod(
        name=meta["name"],
        labels=dict(meta.get("labels") or {}),
        ready=_condition(status, "Ready").get("status") == "True",
        phase=status.get("phase", ""),
        started_at=moment(started) if started else None,
        trouble=_trouble(status),
        terminating="deletionTimestamp" in meta,
        restarts=sum(each.get("restartCount", 0) for each in _containers(status)),
    )


def _trouble(status: Raw) -> str:
    """The first container's that has any, in the order in which they start."""
    for container in _containers(status):
        state = container.get("state") or {}
        waiting = (state.get("waiting") or {}).get("reason", "")
        if waiting and waiting not in _STARTING:
            return str(waiting)
        ended = state.get("terminated") or {}
        if ended.get("exitCode"):
            return str(ended.get("reason") or "Error")
    scheduled = _condition(status, "PodScheduled")
    if scheduled.get("status") == "False":
        return str(scheduled.get("reason") or "Unschedulable")
    return str(status.get("reason", ""))  # such as Evicted


def _containers(status: Raw) -> Iterator[Raw]:
    yield from status.get("initContainerStatuses") or ()
    yield from status.get("containerStatuses") or ()


def _condition(status: Raw, name: str) -> Raw:
    return next((each for each in status.get("conditions") or () if each["type"] == name), {})
