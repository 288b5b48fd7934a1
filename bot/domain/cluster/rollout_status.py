"""How far a Deployment's rollout is: kubectl's order of questions, and an early word on trouble.

kubectl waits for the progress deadline, ten minutes by default; a rollback promises five. So
pods that crash and pods that a quota forbids fail it at once, unless room is about to come.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.cluster.workload import Condition, Deployment, Pod, ReplicaSet
from bot.domain.wording import count

POD_HASH = "pod-template-hash"
_NO_ROOM = "exceeded quota"  # in the API server's words
# A container in one of these does not come up by itself; others, as ErrImagePull, may pass.
_HOPELESS = frozenset(
    {
        "CrashLoopBackOff", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull",
        "CreateContainerConfigError", "CreateContainerError", "RunContainerError",
    }
)  # fmt: skip


class Rollout(StrEnum):
    DONE = "done"
    UNDER_WAY = "under way"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """`seen` is what was observed, in words for a person.

    `needs_room`: it fails because a quota was full when its pods were last tried.
    """

    rollout: Rollout
    seen: str
    needs_room: bool = False


def rollout_status(
    deployment: Deployment, replica_sets: Iterable[ReplicaSet], pods: Iterable[Pod]
) -> Status:
    """Of the template that the Deployment has now; its old pods' troubles are not its own."""
    if deployment.generation > deployment.observed_generation:
        return _under_way(f"{deployment.name}: the change is not yet seen by Kubernetes")
    every = tuple(pods)
    newest = of_template(replica_sets, deployment.template_hash)
    if trouble := _trouble(deployment, pods_of(newest, every) if newest else ()):
        return Status(rollout=Rollout.FAILED, seen=trouble)
    unmade = _unmade(deployment, newest)
    if not unmade:
        return _counted(deployment)
    needs_room = _NO_ROOM in unmade
    if needs_room and _room_comes(deployment, newest, every):
        return _under_way(f"{deployment.name}: waiting for its old pods to make room")
    return Status(rollout=Rollout.FAILED, seen=unmade, needs_room=needs_room)


def of_template(replica_sets: Iterable[ReplicaSet], template_hash: str) -> ReplicaSet | None:
    """The newest that carries this template: several can, after a change that changed nothing."""
    found = [one for one in replica_sets if one.template_hash == template_hash]
    return max(found, key=lambda one: one.revision, default=None)


def pods_of(replica_set: ReplicaSet, pods: Iterable[Pod]) -> tuple[Pod, ...]:
    """A ReplicaSet's name ends with the hash that its pods carry as a label."""
    return tuple(
        pod
        for pod in pods
        if POD_HASH in pod.labels and replica_set.name.endswith(f"-{pod.labels[POD_HASH]}")
    )


def troubled(pods: Iterable[Pod]) -> str:
    """The first pod that will not come up by itself, and why; empty where all may."""
    for pod in pods:
        if not pod.terminating and pod.trouble.partition(":")[0].strip() in _HOPELESS:
            return f"pod {pod.name}: {pod.trouble}"
    return ""


def _unmade(deployment: Deployment, newest: ReplicaSet | None) -> str:
    """Why its new pods are not even made; empty where they are."""
    failure = deployment.conditions.get("ReplicaFailure", Condition(status="False"))
    if failure.status == "True" and _is_about(failure.message, newest):
        return f"{deployment.name}: its pods are not made: {failure.message}"
    return ""


def _room_comes(deployment: Deployment, newest: ReplicaSet | None, pods: Sequence[Pod]) -> bool:
    """Whether old pods are on their way out, or may go now, or have gone already."""
    if any(pod.terminating for pod in pods):
        return True  # it counts until it is gone
    if newest is not None and len(pods_of(newest, pods)) > deployment.updated:
        return True  # the refusal is of the past
    old = deployment.current - deployment.updated
    return old > 0 and deployment.available > deployment.replicas - _spared(deployment)


def _spared(deployment: Deployment) -> int:
    """Pods that a rollout may do without; a share is rounded down, as Kubernetes does."""
    said = deployment.max_unavailable
    return deployment.replicas * int(said[:-1]) // 100 if said.endswith("%") else int(said)


def _trouble(deployment: Deployment, pods: Sequence[Pod]) -> str:
    progressing = deployment.conditions.get("Progressing", Condition(status="Unknown"))
    if progressing.reason == "ProgressDeadlineExceeded":
        return f"{deployment.name}: its rollout ran out of time ({progressing.message})"
    words = troubled(pods)
    return f"{deployment.name}: {words}" if words else ""


def _is_about(message: str, newest: ReplicaSet | None) -> bool:
    """A refusal that names another ReplicaSet's pods is the last rollout's, not yet cleared."""
    return newest is None or 'pods "' not in message or f'pods "{newest.name}-' in message


def _counted(deployment: Deployment) -> Status:
    name, wanted = deployment.name, deployment.replicas
    if deployment.updated < wanted:
        return _under_way(f"{name}: {deployment.updated} of {wanted} pods are of the new template")
    old = deployment.current - deployment.updated
    if old > 0:
        return _under_way(f"{name}: {count(old, 'pod')} of the old template still to go")
    if deployment.available < deployment.updated:
        return _under_way(f"{name}: {deployment.available} of {deployment.updated} pods are ready")
    return Status(rollout=Rollout.DONE, seen=f"{name}: {count(deployment.available, 'pod')} ready")


def _under_way(seen: str) -> Status:
    return Status(rollout=Rollout.UNDER_WAY, seen=seen)
