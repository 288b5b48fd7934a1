"""A Deployment that is to roll, and how far it has."""

from bot.actions.parts.looks import conflict, done, not_done
from bot.domain.errors import GiveUp
from bot.domain.rollout_status import Rollout, rollout_status
from bot.domain.workload import Deployment
from bot.ports.action import Found
from bot.ports.cluster import Cluster


def must_roll(deployment: Deployment) -> None:
    """The API takes a new template for a paused Deployment, and nothing happens."""
    if deployment.paused:
        raise GiveUp(
            f"{deployment.name} is paused: nothing would roll. Resume it first with "
            f"`kubectl rollout resume deployment/{deployment.name} -n {deployment.namespace}`."
        )


def rolled_out(cluster: Cluster, deployment: Deployment) -> Found:
    """A rollout that cannot succeed is a conflict: waiting longer would not help."""
    history = cluster.replica_sets(deployment)
    pods = cluster.pods(deployment.namespace, deployment.selector)
    status = rollout_status(deployment, history, pods)
    if status.rollout is Rollout.DONE:
        return done(status.seen)
    if status.rollout is Rollout.FAILED:
        return conflict(status.seen)
    return not_done(f"{status.seen}; it is paused" if deployment.paused else status.seen)
