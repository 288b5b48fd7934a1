"""Back from a release that missed its deadline: the condition of that stays for a while."""

import pytest

from bot.actions import restore_template
from bot.actions.restore_template import ACTION
from bot.adapters.kubernetes import objects
from bot.domain.cluster.rollout_status import Rollout, rollout_status
from bot.domain.cluster.workload import Deployment
from sandbox.kubernetes.kinds import DEPLOYMENT
from sandbox.kubernetes.objects import name_of
from sandbox.kubernetes.seed.platform import PRODUCTION
from tests.actions.rig import GREEN, NAME, Rig
from tests.actions.scene import KEY, until, until_done


@pytest.mark.parametrize("strategy", ["Recreate", "RollingUpdate"])
def test_what_the_bad_release_missed_does_not_end_the_way_back(rig: Rig, strategy: str) -> None:
    """Of one pod nothing progresses until the bad one is told to go: the old words stay so long."""
    args = missed(rig, strategy)
    seen_until = rig.twin.store.history.newest

    ACTION.act(rig.world, args, KEY)
    until_done(lambda: ACTION.verify(rig.world, args, KEY))

    history = rig.cluster.replica_sets(rig.deployment(GREEN))
    observed = [one for one in states(rig, seen_until) if one.template_hash == args.after]
    assert any(is_stale(one) for one in observed)
    assert not any(rollout_status(one, history, ()).rollout is Rollout.FAILED for one in observed)


def missed(rig: Rig, strategy: str) -> restore_template.Args:
    rig.without_scalers()
    rig.change(
        DEPLOYMENT, GREEN, replicas=1, progressDeadlineSeconds=20, strategy={"type": strategy}
    )
    until(lambda: rig.deployment(GREEN).current == 1)
    good = rig.deployment(GREEN).template_hash
    rig.ship(GREEN, "app:v2-stuck")
    until(lambda: is_late(rig.deployment(GREEN)))
    return restore_template.Args(
        environment="production",
        component=NAME,
        namespace=PRODUCTION,
        deployment=GREEN,
        before=rig.deployment(GREEN).template_hash,
        after=good,
    )


def states(rig: Rig, after: int) -> list[Deployment]:
    """All that GREEN has been since, as whoever looked at that moment would have read it."""
    return [
        objects.deployment(event.object)
        for event in rig.twin.store.history.after(after)
        if event.kind is DEPLOYMENT and name_of(event.object) == GREEN
    ]


def is_late(deployment: Deployment) -> bool:
    return deployment.conditions["Progressing"].reason == "ProgressDeadlineExceeded"


def is_stale(deployment: Deployment) -> bool:
    return deployment.observed_generation == deployment.generation and is_late(deployment)
