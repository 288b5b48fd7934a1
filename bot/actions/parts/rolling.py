"""A Deployment that is to roll, and how far it has."""

from bot.actions.parts.doors import cluster
from bot.actions.parts.looks import conflict, done, not_done
from bot.domain.cluster.rollout_status import Rollout, Status, rollout_status
from bot.domain.cluster.workload import Deployment
from bot.domain.errors import GiveUp, Refused
from bot.domain.operations.room import lacking, of_pod
from bot.ports.action import Found
from bot.ports.cluster import Cluster
from bot.ports.world import World

_QUOTA_LAGS = 1.0  # seconds by which the count of a quota may lag behind the pods


def must_roll(deployment: Deployment) -> None:
    """The API takes a new template for a paused Deployment, and nothing happens."""
    if deployment.paused:
        raise GiveUp(
            f"{deployment.name} is paused: nothing would roll. Resume it first: "
            f"`{deployment.to_resume}`."
        )


def rolled_out(world: World, deployment: Deployment) -> Found:
    """A rollout that cannot succeed is a conflict: waiting longer would not help.

    Trouble that may pass is told and waited for, as long as the step has time.
    """
    status = _status(cluster(world), deployment)
    if status.rollout is Rollout.DONE:
        return done(status.seen)
    if status.rollout is Rollout.FAILED and not (
        status.needs_room and _room_comes(world, deployment)
    ):
        return conflict(status.seen)
    return not_done(f"{status.seen}; it is paused" if deployment.paused else status.seen)


def _status(door: Cluster, deployment: Deployment) -> Status:
    history = door.replica_sets(deployment)
    pods = door.pods(deployment.namespace, deployment.selector)
    return rollout_status(deployment, history, pods)


def _room_comes(world: World, deployment: Deployment) -> bool:
    """Whether it only was full: what a quota counts lags behind the pods."""
    door = cluster(world)
    if _has_room(door, deployment):
        return True
    world.pause(_QUOTA_LAGS)
    later = door.deployment(deployment.namespace, deployment.name)
    return not _status(door, later).needs_room or _has_room(door, later)


def _has_room(door: Cluster, deployment: Deployment) -> bool:
    """Whether another pod would fit by now: then Kubernetes makes it at its next try."""
    try:
        quotas = door.quotas(deployment.namespace)
    except Refused:
        return False  # a right that a Role may leave out
    return not lacking(quotas, (of_pod(deployment.template),))
