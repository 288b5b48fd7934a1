"""Restart and scale on any cluster, with an autoscaler and without."""

import pytest

from bot.actions import restart, scale
from bot.domain.cluster.workload import version_of
from bot.domain.errors import GiveUp
from tests.cluster.place import Place
from tests.cluster.steps import Step


def test_a_restart_brings_new_pods_of_the_same_release(place: Place) -> None:
    own = place.deploy("restart")
    live = place.deployment(own)
    before = {pod.name for pod in place.cluster.pods(place.namespace, live.selector)}
    args = restart.Args(namespace=place.namespace, deployment=own)

    Step(place=place, action="restart", args=args, key="op:1:1/restart").carry_out()

    after = place.deployment(own)
    pods = place.cluster.pods(place.namespace, after.selector)
    assert before.isdisjoint({pod.name for pod in pods if not pod.terminating})
    assert version_of(after.template) == version_of(live.template)


def test_another_key_is_another_restart(place: Place) -> None:
    own = place.deploy("again", replicas=1)
    args = restart.Args(namespace=place.namespace, deployment=own)

    for key in ("op:1:1/restart", "op:2:1/restart"):
        Step(place=place, action="restart", args=args, key=key).carry_out()

    assert len(place.cluster.replica_sets(place.deployment(own))) == 3


def test_a_count_is_set_and_put_back(place: Place) -> None:
    own = place.deploy("count")
    args = scale.Args(namespace=place.namespace, deployment=own, replicas=3)
    step = Step(place=place, action="scale", args=args)

    step.carry_out()
    assert place.deployment(own).available == 3

    step.undone().carry_out()
    place.until(lambda: place.deployment(own).available == 2)


def test_under_an_autoscaler_the_minimum_is_set(place: Place) -> None:
    own = place.deploy("bound")
    place.bound(own, least=2, most=4)
    args = scale.Args(namespace=place.namespace, deployment=own, scaler=own, replicas=3)
    step = Step(place=place, action="scale", args=args)

    step.carry_out()
    found = place.cluster.scaler(place.namespace, own)
    assert found is not None
    assert (found.minimum, found.maximum) == (3, 4)

    step.undone().carry_out()
    restored = place.cluster.scaler(place.namespace, own)
    assert restored is not None
    assert restored.minimum == 2


def test_no_more_than_the_autoscaler_allows(place: Place) -> None:
    own = place.deploy("most", replicas=1)
    place.bound(own, least=1, most=2)
    args = scale.Args(namespace=place.namespace, deployment=own, scaler=own, replicas=3)

    with pytest.raises(GiveUp, match="2 pods at most"):
        Step(place=place, action="scale", args=args).act()
