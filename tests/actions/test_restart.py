"""A restart is one for each key, and none where nothing would roll."""

import pytest

from bot.actions import restart
from bot.actions.restart import ACTION
from bot.domain.cluster.workload import RESTARTED
from bot.domain.errors import GiveUp
from bot.ports.action import Standing
from sandbox.kubernetes.kinds import DEPLOYMENT
from sandbox.kubernetes.seed.platform import PRODUCTION
from sandbox.twin.faults import Moment
from tests.actions.rig import BLUE, LABELS, Rig
from tests.actions.scene import KEY, until_done

ARGS = restart.Args(namespace=PRODUCTION, deployment=BLUE)
OTHER = "op:8:1/a step"


def pods(rig: Rig) -> set[str]:
    """Those that stay: one on its way out is no more what runs."""
    found = rig.cluster.pods(PRODUCTION, LABELS | {"color": "blue"})
    return {pod.name for pod in found if not pod.terminating}


def restarted(rig: Rig, key: str = KEY) -> None:
    ACTION.act(rig.world, ARGS, key)
    until_done(lambda: ACTION.verify(rig.world, ARGS, key))


def test_every_pod_is_a_new_one(rig: Rig) -> None:
    old = pods(rig)

    restarted(rig)

    assert not pods(rig) & old
    annotations = rig.deployment(BLUE).template["metadata"]["annotations"]
    assert RESTARTED in annotations
    assert annotations["candlefish.ai/deployed-by"] == "github:deploy"


def test_another_key_is_another_restart(rig: Rig) -> None:
    restarted(rig)
    once = pods(rig)

    assert ACTION.probe(rig.world, ARGS, OTHER).standing is Standing.NOT_DONE
    restarted(rig, OTHER)

    assert not pods(rig) & once


def test_a_paused_deployment_is_refused_with_the_fix(rig: Rig) -> None:
    rig.change(DEPLOYMENT, BLUE, paused=True)

    for ask in (
        lambda: ACTION.act(rig.world, ARGS, KEY),
        lambda: ACTION.rehearse(rig.world, ARGS),
    ):
        with pytest.raises(GiveUp, match="rollout resume deployment/"):
            ask()
    assert rig.effects() == 0


def test_a_deploy_that_comes_between_is_restarted_too(rig: Rig) -> None:
    rig.twin.faults.at(Moment.SEEN, "PATCH", f"/{BLUE}$", lambda: rig.ship(BLUE, "app:v9"))

    restarted(rig)

    assert rig.effects() == 1


def test_a_deploy_that_replaces_it_is_told(rig: Rig) -> None:
    ACTION.act(rig.world, ARGS, KEY)
    with rig.twin.store.lock:
        raw = rig.twin.store.get(DEPLOYMENT, PRODUCTION, BLUE)
        raw["spec"]["template"]["metadata"]["annotations"] = {}
        rig.twin.store.update(DEPLOYMENT, raw)

    found = ACTION.verify(rig.world, ARGS, KEY)
    assert found.standing is Standing.CONFLICT
    assert "another template" in found.seen
