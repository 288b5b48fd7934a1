"""Marks on several Deployments, of which one is not there or refuses its own."""

import pytest

from bot.actions import freeze_deploys, unfreeze_deploys
from bot.domain.cluster.workload import FREEZE
from bot.domain.errors import GiveUp
from bot.ports.action import Standing
from sandbox.kubernetes.kinds import DEPLOYMENT
from sandbox.kubernetes.seed.platform import PRODUCTION
from tests.actions.rig import BLUE, GREEN, Rig
from tests.actions.scene import KEY

ARGS = freeze_deploys.Args(namespace=PRODUCTION, deployments=(BLUE, GREEN), operation="OP-7")
BACK = unfreeze_deploys.Args(namespace=PRODUCTION, deployments=(BLUE, GREEN))


def test_what_is_not_there_keeps_nothing_from_being_frozen_or_freed(rig: Rig) -> None:
    rig.twin.store.delete(DEPLOYMENT, PRODUCTION, GREEN)

    freeze_deploys.ACTION.rehearse(rig.world, ARGS)
    freeze_deploys.ACTION.act(rig.world, ARGS, KEY)
    assert freeze_deploys.ACTION.verify(rig.world, ARGS, KEY).standing is Standing.DONE
    assert rig.deployment(BLUE).annotations[FREEZE] == "OP-7"

    unfreeze_deploys.ACTION.rehearse(rig.world, BACK)
    unfreeze_deploys.ACTION.act(rig.world, BACK, KEY)
    assert unfreeze_deploys.ACTION.verify(rig.world, BACK, KEY).standing is Standing.DONE
    assert FREEZE not in rig.deployment(BLUE).annotations


def test_where_nothing_is_there_nobody_can_tell(rig: Rig) -> None:
    for name in (BLUE, GREEN):
        rig.twin.store.delete(DEPLOYMENT, PRODUCTION, name)

    assert freeze_deploys.ACTION.probe(rig.world, ARGS, KEY).standing is Standing.UNKNOWN
    with pytest.raises(GiveUp):
        freeze_deploys.ACTION.act(rig.world, ARGS, KEY)


def test_where_one_refuses_the_mark_it_is_said_that_the_others_carry_it(rig: Rig) -> None:
    rig.twin.faults.status("PATCH", GREEN, 403, times=10)
    assert not freeze_deploys.ACTION.probe(rig.world, ARGS, KEY).partly

    with pytest.raises(GiveUp):
        freeze_deploys.ACTION.act(rig.world, ARGS, KEY)

    found = freeze_deploys.ACTION.probe(rig.world, ARGS, KEY)
    assert (found.standing, found.partly) == (Standing.NOT_DONE, True)
    assert f"{BLUE} is frozen by OP-7; deploys to {GREEN} are not frozen" in found.seen
