"""Blue and green behind one Service, on any cluster: never to a colour without ready pods."""

import pytest

from bot.actions import converge, drain, scale_idle, switch_service
from bot.domain.cluster.workload import Service
from bot.domain.errors import GiveUp
from bot.ports.action import Standing
from bot.ports.trouble import Overtaken
from tests.cluster.manifests import COLOR
from tests.cluster.place import Place
from tests.cluster.steps import Step


def colours(place: Place, app: str, *, green: int = 2) -> tuple[str, str, str]:
    """Blue and green Deployments, and a Service that selects blue."""
    blue = place.deploy(app, color="blue")
    idle = place.deploy(app, color="green", replicas=green)
    door = place.serve(app, **{COLOR: "blue"})
    place.until(lambda: serving(place, door) == pods_of(place, blue))
    return blue, idle, door


def serving(place: Place, door: str) -> set[str]:
    return {each.pod for each in place.cluster.endpoints(place.namespace, door) if each.ready}


def pods_of(place: Place, own: str) -> set[str]:
    found = place.cluster.pods(place.namespace, place.deployment(own).selector)
    return {pod.name for pod in found if pod.ready and not pod.terminating}


def switch(place: Place, door: str, blue: str, green: str, *, after: str = "green") -> Step:
    args = switch_service.Args(
        namespace=place.namespace,
        service=door,
        key=COLOR,
        before="blue",
        after=after,
        before_deployment=blue,
        after_deployment=green,
    )
    return Step(place=place, action="switch_service", args=args)


def test_traffic_moves_and_comes_back(place: Place) -> None:
    blue, green, door = colours(place, "switch")
    step = switch(place, door, blue, green)

    step.carry_out()
    assert serving(place, door) <= pods_of(place, green)
    settled = converge.Args(
        namespace=place.namespace,
        service=door,
        labels=dict(place.deployment(green).selector),
    )
    assert Step(place=place, action="converge", args=settled).is_verified()

    step.undone().carry_out()
    place.until(lambda: serving(place, door) == pods_of(place, blue))


def test_a_colour_without_pods_gets_no_traffic(place: Place) -> None:
    blue, green, door = colours(place, "empty", green=0)
    step = switch(place, door, blue, green)

    assert step.probe().standing is Standing.CONFLICT
    with pytest.raises(GiveUp, match="would be an outage"):
        step.act()
    assert serving(place, door) == pods_of(place, blue)


def test_an_idle_colour_is_warmed_first(place: Place) -> None:
    blue, green, door = colours(place, "warm", green=0)
    args = scale_idle.Args(
        namespace=place.namespace, deployment=green, live_deployment=blue, service=door
    )

    Step(place=place, action="scale_idle", args=args).carry_out()
    switch(place, door, blue, green).carry_out()

    assert len(serving(place, door)) == 2


def test_a_stale_reading_moves_nothing(place: Place) -> None:
    blue, _, door = colours(place, "stale")
    first = place.cluster.service(place.namespace, door)
    place.cluster.select(first, COLOR, "blue", "green", dry_run=True)
    assert place.cluster.service(place.namespace, door) == first

    with pytest.raises(Overtaken):
        place.cluster.select(first, COLOR, "purple", "green")
    old = Service(
        namespace=first.namespace,
        name=first.name,
        selector=first.selector,
        resource_version=str(int(first.resource_version) - 1),
    )
    with pytest.raises(Overtaken):
        place.cluster.select(old, COLOR, "blue", "green")
    assert serving(place, door) == pods_of(place, blue)


def test_the_old_colour_is_drained_pod_by_pod(place: Place) -> None:
    blue, green, door = colours(place, "drain")
    switch(place, door, blue, green).carry_out()
    before = pods_of(place, blue)
    args = drain.Args(
        namespace=place.namespace,
        deployment=blue,
        labels=dict(place.deployment(blue).selector),
        percent=100,
        every_seconds=1,
    )
    step = Step(place=place, action="drain", args=args)

    step.act()
    place.until(step.is_verified)

    place.settle(blue)
    assert pods_of(place, blue).isdisjoint(before)
    assert serving(place, door) <= pods_of(place, green)
