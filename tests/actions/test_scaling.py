"""Counts that are raised for a while, and put back by what the objects remember."""

import pytest

from bot.actions import restore_minimum, scale, scale_idle
from bot.domain.cluster.hold import ASKED, IDLE
from bot.domain.errors import GiveUp
from bot.ports.action import Standing
from bot.ports.world import World
from sandbox.kubernetes.controllers.fate import Fate
from sandbox.kubernetes.kinds import DEPLOYMENT, HPA
from sandbox.kubernetes.seed.platform import PRODUCTION
from tests.actions.rig import BLUE, GREEN, NAME, Rig
from tests.actions.scene import KEY, until, until_done

IDLE_ARGS = scale_idle.Args(
    namespace=PRODUCTION, deployment=GREEN, scaler=GREEN, live_deployment=BLUE, live_scaler=BLUE,
    service=NAME,
)  # fmt: skip
BARE_ARGS = scale_idle.Args(
    namespace=PRODUCTION, deployment=GREEN, live_deployment=BLUE, service=NAME
)
BACK = restore_minimum.Args(namespace=PRODUCTION, deployment=GREEN, scaler=GREEN, service=NAME)


def scaled(world: World, args: scale_idle.Args) -> str:
    scale_idle.ACTION.act(world, args, KEY)
    return until_done(lambda: scale_idle.ACTION.verify(world, args, KEY)).seen


def put_back(world: World, args: restore_minimum.Args) -> None:
    restore_minimum.ACTION.act(world, args, KEY)
    until_done(lambda: restore_minimum.ACTION.verify(world, args, KEY))


def minimum(rig: Rig, name: str = GREEN) -> int:
    found = rig.cluster.scaler(PRODUCTION, name)
    assert found is not None
    return found.minimum


def test_the_idle_colour_gets_the_live_load(rig: Rig) -> None:
    scaled(rig.world, IDLE_ARGS)

    assert minimum(rig) == 5
    assert rig.deployment(GREEN).available == 5


def test_a_load_that_grew_meanwhile_is_read_when_it_acts(rig: Rig) -> None:
    scaled(rig.world, IDLE_ARGS)
    rig.controllers.load.for_service(PRODUCTION, NAME, 7)
    until(lambda: rig.deployment(BLUE).available == 7)

    assert scale_idle.ACTION.verify(rig.world, IDLE_ARGS, KEY).standing is Standing.DONE
    assert scale_idle.ACTION.probe(rig.world, IDLE_ARGS, KEY).standing is Standing.NOT_DONE
    scaled(rig.world, IDLE_ARGS)
    assert minimum(rig) == 7

    put_back(rig.world, BACK)
    assert minimum(rig) == 3


def test_a_maximum_below_the_load_is_the_most_and_is_told(rig: Rig) -> None:
    rig.change(HPA, GREEN, maxReplicas=4)

    seen = scaled(rig.world, IDLE_ARGS)

    assert minimum(rig) == 4
    assert "below the live load of 5" in seen


def test_an_idle_colour_at_nothing_comes_up_though_its_autoscaler_rests(rig: Rig) -> None:
    rig.change(DEPLOYMENT, GREEN, replicas=0)
    until(lambda: not rig.deployment(GREEN).available)

    scaled(rig.world, IDLE_ARGS)
    assert rig.deployment(GREEN).available == 5

    put_back(rig.world, BACK)
    assert minimum(rig) == 3
    until(lambda: rig.deployment(GREEN).current == 0)


def test_a_cluster_that_forbids_scaling_to_nothing_keeps_the_idle_pods(rig: Rig) -> None:
    rig.change(DEPLOYMENT, GREEN, replicas=0)
    until(lambda: not rig.deployment(GREEN).available)
    scaled(rig.world, IDLE_ARGS)
    rig.twin.faults.status("PATCH", "/scale$", 403, times=10)

    put_back(rig.world, BACK)

    assert minimum(rig) == 3
    assert rig.deployment(GREEN).replicas == 5


def test_without_autoscalers_the_count_itself_is_raised_and_put_back(rig: Rig) -> None:
    rig.without_scalers()

    scaled(rig.world, BARE_ARGS)
    assert rig.deployment(GREEN).available == 5

    put_back(rig.world, restore_minimum.Args(namespace=PRODUCTION, deployment=GREEN, service=NAME))
    assert rig.deployment(GREEN).replicas == 3
    assert not IDLE.on(rig.deployment(GREEN).annotations)


@pytest.mark.parametrize("service", ["", NAME])
def test_pods_of_what_is_live_by_then_are_never_taken_away(rig: Rig, service: str) -> None:
    rig.without_scalers()
    scaled(rig.world, BARE_ARGS)
    if service:
        rig.select("green")

    put_back(
        rig.world, restore_minimum.Args(namespace=PRODUCTION, deployment=GREEN, service=service)
    )

    assert rig.deployment(GREEN).replicas == 5
    assert not IDLE.on(rig.deployment(GREEN).annotations)


def test_a_minimum_that_somebody_changed_meanwhile_is_theirs(rig: Rig) -> None:
    scaled(rig.world, IDLE_ARGS)
    rig.change(HPA, GREEN, minReplicas=6)

    put_back(rig.world, BACK)

    assert minimum(rig) == 6


def test_an_autoscaler_that_is_not_there_is_none(rig: Rig) -> None:
    rig.without_scalers()

    scaled(rig.world, IDLE_ARGS)

    assert rig.deployment(GREEN).available == 5


def test_idle_pods_that_do_not_come_up_are_told_at_once(rig: Rig) -> None:
    rig.controllers.fates.for_deployment(PRODUCTION, GREEN, Fate.NO_PULL)
    scale_idle.ACTION.act(rig.world, IDLE_ARGS, KEY)

    def told() -> bool:
        found = scale_idle.ACTION.verify(rig.world, IDLE_ARGS, KEY)
        return found.standing is Standing.CONFLICT and "ImagePullBackOff" in found.seen

    until(told)


def test_a_raised_minimum_is_ours_also_where_the_load_grew(rig: Rig) -> None:
    assert not scale_idle.ACTION.probe(rig.world, IDLE_ARGS, KEY).partly
    scaled(rig.world, IDLE_ARGS)
    rig.controllers.load.for_service(PRODUCTION, NAME, 7)
    until(lambda: rig.deployment(BLUE).available == 7)

    found = scale_idle.ACTION.probe(rig.world, IDLE_ARGS, KEY)
    assert (found.standing, found.partly) == (Standing.NOT_DONE, True)


def asked(replicas: int, scaler: str = BLUE) -> scale.Args:
    return scale.Args(namespace=PRODUCTION, deployment=BLUE, scaler=scaler, replicas=replicas)


def test_asking_for_more_than_the_maximum_is_refused_with_the_fix(rig: Rig) -> None:
    for count, words in ((9, "raise its maximum"), (0, "cannot go below 1")):
        with pytest.raises(GiveUp, match=words):
            scale.ACTION.act(rig.world, asked(count), KEY)
        with pytest.raises(GiveUp, match=words):
            scale.ACTION.rehearse(rig.world, asked(count))
    assert rig.effects() == 0


def test_without_an_autoscaler_a_count_is_set_and_undone(rig: Rig) -> None:
    rig.without_scalers()
    args = asked(2, scaler="")

    scale.ACTION.act(rig.world, args, KEY)
    until_done(lambda: scale.ACTION.verify(rig.world, args, KEY))
    assert rig.deployment(BLUE).replicas == 2

    put_back(rig.world, restore_minimum.Args(namespace=PRODUCTION, deployment=BLUE, asked=True))
    assert rig.deployment(BLUE).replicas == 5
    assert not ASKED.on(rig.deployment(BLUE).annotations)


def test_a_minimum_that_was_set_without_its_pods_is_undone(rig: Rig) -> None:
    assert not scale.ACTION.probe(rig.world, asked(6), KEY).partly
    rig.twin.faults.status("PATCH", "/scale$", 403)

    with rig.controllers.held():
        with pytest.raises(GiveUp):
            scale.ACTION.act(rig.world, asked(6), KEY)
        found = scale.ACTION.probe(rig.world, asked(6), KEY)
    assert (found.standing, found.partly) == (Standing.NOT_DONE, True)

    put_back(rig.world, restore_minimum.Args(
        namespace=PRODUCTION, deployment=BLUE, scaler=BLUE, asked=True
    ))  # fmt: skip
    assert minimum(rig, BLUE) == 3


def test_what_a_person_asked_for_outlives_a_rollbacks_hold(rig: Rig) -> None:
    scaled(rig.world, IDLE_ARGS)
    args = scale.Args(namespace=PRODUCTION, deployment=GREEN, scaler=GREEN, replicas=6)
    scale.ACTION.act(rig.world, args, KEY)

    put_back(rig.world, BACK)

    assert minimum(rig) == 6
