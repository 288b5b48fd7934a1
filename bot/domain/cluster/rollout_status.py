"""How far a Deployment's rollout is: kubectl's order of questions, and an early word on trouble.

kubectl waits for the progress deadline, ten minutes by default; a rollback promises five. So
pods that a quota forbids fail it at once, unless room is about to come; and pods in trouble do as
soon as none of them is likely to come up. One that crashes until its sidecar is up, or whose node
could not reach the registry once, is waited for, and named.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.cluster.workload import Condition, Deployment, Pod, ReplicaSet
from bot.domain.wording import count

POD_HASH = "pod-template-hash"
_NO_ROOM = "exceeded quota"  # in the API server's words
_TIMED_OUT = re.compile(r'ReplicaSet "([^"]+)"')  # in the Deployment controller's words
_SHARED = frozenset({"InvalidImageName", "CreateContainerConfigError"})  # by the template
_NOT_MADE = frozenset({"ImagePullBackOff", "ErrImageNeverPull", "CreateContainerError"})
_CRASHING = frozenset({"CrashLoopBackOff", "RunContainerError"})
# What is worth a word; others, as ErrImagePull, come first and often pass.
_TROUBLES = _SHARED | _NOT_MADE | _CRASHING
_RESTARTS = 3  # half a minute by Kubernetes' pauses: what a container waits for is up by then


class Rollout(StrEnum):
    DONE = "done"
    UNDER_WAY = "under way"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """`seen` is what was observed, in words for a person.

    `needs_room`: it fails because a quota was full when its pods were last tried. `in_trouble`:
    a pod of its is, which may pass while it is under way.
    """

    rollout: Rollout
    seen: str
    needs_room: bool = False
    in_trouble: bool = False


def rollout_status(
    deployment: Deployment, replica_sets: Iterable[ReplicaSet], pods: Iterable[Pod]
) -> Status:
    """Of the template that the Deployment has now; its old pods' troubles are not its own."""
    if deployment.generation > deployment.observed_generation:
        return _under_way(f"{deployment.name}: the change is not yet seen by Kubernetes")
    every = tuple(pods)
    newest = of_template(replica_sets, deployment.template_hash)
    if late := _late(deployment, newest):
        return Status(rollout=Rollout.FAILED, seen=late)
    mine = [pod for pod in (pods_of(newest, every) if newest else ()) if not pod.terminating]
    trouble = troubled(mine)
    if trouble and _is_hopeless(mine):
        seen = f"{deployment.name}: {trouble}"
        return Status(rollout=Rollout.FAILED, seen=seen, in_trouble=True)
    found = _made(deployment, newest, every)
    return _beside(found, trouble) if trouble else found


def _made(deployment: Deployment, newest: ReplicaSet | None, every: Sequence[Pod]) -> Status:
    """By its counts, and by whether its pods can be made at all."""
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
    """The first pod that does not come up as it should, and why; empty where all do."""
    for pod in pods:
        if not pod.terminating and _reason(pod) in _TROUBLES:
            return f"pod {pod.name}: {pod.trouble}"
    return ""


def most_serve(deployment: Deployment, serving: int) -> bool:
    """Whether no more pods are missing than a rollout may do without, and not the half of them."""
    least = deployment.replicas - _spared(deployment)
    return serving >= least and 2 * serving > deployment.replicas


def _is_hopeless(pods: Sequence[Pod]) -> bool:
    """Of pods of one template, of which some are in trouble: whether waiting would not help.

    While one is ready the template can run. Where none is, what they all share fails them all;
    what is up to a pod or its node must have happened to each of them.
    """
    if any(pod.ready for pod in pods):
        return False
    return any(_reason(pod) in _SHARED for pod in pods) or all(map(_is_given_up, pods))


def _is_given_up(pod: Pod) -> bool:
    """Also in a moment between two crashes, in which it only is not ready."""
    return _reason(pod) in _NOT_MADE or pod.restarts >= _RESTARTS


def _reason(pod: Pod) -> str:
    return pod.trouble.partition(":")[0].strip()


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


def _late(deployment: Deployment, newest: ReplicaSet | None) -> str:
    """Why it ran out of time; empty where it did not.

    Back to a ReplicaSet that is there already, the condition of the rollout before stays until
    some progress is seen, and so do its words: they name the other ReplicaSet.
    """
    progressing = deployment.conditions.get("Progressing", Condition(status="Unknown"))
    if progressing.reason != "ProgressDeadlineExceeded":
        return ""
    named = _TIMED_OUT.search(progressing.message)
    if newest is not None and named is not None and named[1] != newest.name:
        return ""
    return f"{deployment.name}: its rollout ran out of time ({progressing.message})"


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


def _beside(found: Status, trouble: str) -> Status:
    """A pod in trouble keeps it from being done, and is named where a failure is not."""
    if found.rollout is Rollout.FAILED:
        return replace(found, in_trouble=True)
    seen = f"{found.seen}; {trouble}"
    return replace(found, rollout=Rollout.UNDER_WAY, seen=seen, in_trouble=True)


def _under_way(seen: str) -> Status:
    return Status(rollout=Rollout.UNDER_WAY, seen=seen)
