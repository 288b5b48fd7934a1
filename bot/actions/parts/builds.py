"""Which build stands on a Deployment, by its template's hash: a pipeline may ship another one."""

from collections.abc import Sequence

from bot.actions.parts.looks import conflict
from bot.domain.cluster.rollout_status import of_template, pods_of
from bot.domain.cluster.workload import Deployment, Pod
from bot.ports.action import Found
from bot.ports.cluster import Cluster

_SHORT = 12


def other_build(deployment: Deployment, template: str) -> Found | None:
    """A conflict where it carries another template; an empty `template` is any."""
    if not template or deployment.template_hash == template:
        return None
    return conflict(
        f"{deployment.name} carries template {deployment.template_hash[:_SHORT]} by now, "
        f"not {template[:_SHORT]}, which was agreed on: ask for a new plan"
    )


def of_build(
    cluster: Cluster, deployment: Deployment, template: str, pods: Sequence[Pod]
) -> Sequence[Pod]:
    """Those of the pods that are of this template; all of them where it is empty."""
    if not template:
        return pods
    wanted = of_template(cluster.replica_sets(deployment), template)
    return pods_of(wanted, pods) if wanted else ()
