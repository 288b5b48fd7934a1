"""Traps of switching traffic: a selector that matches nothing, and other people's switches."""

from typing import Any

import msgspec
import pytest

from bot.actions import switch_route, switch_service
from bot.domain.errors import GiveUp, Unavailable
from bot.ports.action import Standing
from sandbox.kubernetes.controllers.fate import Fate
from sandbox.kubernetes.kinds import DEPLOYMENT, HPA, SERVICE, VIRTUALSERVICE
from sandbox.kubernetes.seed.platform import PRODUCTION
from sandbox.twin.faults import Moment
from tests.actions.kubernetes_scenes import define, destination
from tests.actions.rig import BLUE, GREEN, NAME, Rig
from tests.actions.scene import KEY, until, until_done

SERVICE_ARGS = switch_service.Args(
    namespace=PRODUCTION, service=NAME, key="color", before="blue", after="green",
    before_deployment=BLUE, after_deployment=GREEN,
)  # fmt: skip
ROUTE_ARGS = switch_route.Args(
    namespace=PRODUCTION, route=NAME, before="blue", after="green", before_deployment=BLUE,
    after_deployment=GREEN,
)  # fmt: skip


def empty(rig: Rig, name: str) -> None:
    rig.twin.store.delete(HPA, PRODUCTION, name)
    rig.change(DEPLOYMENT, name, replicas=0)
    until(lambda: not rig.deployment(name).available)


def color(rig: Rig) -> str:
    return rig.cluster.service(PRODUCTION, NAME).selector["color"]


@pytest.mark.parametrize("how", ["scaled to nothing", "never ready"])
def test_a_colour_without_ready_pods_gets_no_traffic(rig: Rig, how: str) -> None:
    if how == "never ready":
        rig.controllers.fates.for_deployment(PRODUCTION, GREEN, Fate.STUCK)
        rig.ship(GREEN, "app:v2")
        rig.change(DEPLOYMENT, GREEN, strategy={"type": "Recreate"})
        until(lambda: not rig.deployment(GREEN).available)
    else:
        empty(rig, GREEN)

    found = switch_service.ACTION.probe(rig.world, SERVICE_ARGS, KEY)
    assert found.standing is Standing.CONFLICT
    assert "outage" in found.seen
    with pytest.raises(GiveUp, match="outage"):
        switch_service.ACTION.act(rig.world, SERVICE_ARGS, KEY)
    assert color(rig) == "blue"
    assert rig.effects() == 0


def test_the_whole_new_selector_counts(rig: Rig) -> None:
    """Green is ready, but not under the other keys that the Service asks for."""
    selector = {"app": NAME, "color": "blue", "track": "stable"}
    rig.change(SERVICE, NAME, selector=selector)

    with pytest.raises(GiveUp, match="outage"):
        switch_service.ACTION.act(rig.world, SERVICE_ARGS, KEY)


def test_a_rehearsal_does_not_ask_for_pods_that_the_next_step_brings(rig: Rig) -> None:
    empty(rig, GREEN)

    switch_service.ACTION.rehearse(rig.world, SERVICE_ARGS)

    assert rig.effects() == 0


def test_a_third_colour_is_a_conflict(rig: Rig) -> None:
    rig.select("purple")

    for look in (switch_service.ACTION.probe, switch_service.ACTION.verify):
        assert look(rig.world, SERVICE_ARGS, KEY).standing is Standing.CONFLICT
    with pytest.raises(GiveUp, match="purple"):
        switch_service.ACTION.act(rig.world, SERVICE_ARGS, KEY)
    assert color(rig) == "purple"


def test_switched_back_by_somebody_is_a_conflict(rig: Rig) -> None:
    switch_service.ACTION.act(rig.world, SERVICE_ARGS, KEY)
    rig.select("blue")

    found = switch_service.ACTION.verify(rig.world, SERVICE_ARGS, KEY)
    assert found.standing is Standing.CONFLICT
    assert "back" in found.seen


def test_a_version_that_moves_meanwhile_is_read_again(rig: Rig) -> None:
    rig.twin.faults.at(
        Moment.SEEN,
        "PATCH",
        f"/services/{NAME}$",
        lambda: rig.change(SERVICE, NAME, sessionAffinity="ClientIP"),
    )

    switch_service.ACTION.act(rig.world, SERVICE_ARGS, KEY)

    until_done(lambda: switch_service.ACTION.verify(rig.world, SERVICE_ARGS, KEY))
    assert color(rig) == "green"


def test_somebody_elses_switch_to_the_same_colour_is_done(rig: Rig) -> None:
    rig.twin.faults.at(Moment.SEEN, "PATCH", f"/services/{NAME}$", lambda: rig.select("green"))

    switch_service.ACTION.act(rig.world, SERVICE_ARGS, KEY)

    until_done(lambda: switch_service.ACTION.verify(rig.world, SERVICE_ARGS, KEY))
    assert rig.effects() == 0


def test_an_outage_after_the_switch_is_not_done(rig: Rig) -> None:
    switch_service.ACTION.act(rig.world, SERVICE_ARGS, KEY)
    empty(rig, GREEN)

    until(lambda: not rig.cluster.endpoints(PRODUCTION, NAME))
    found = switch_service.ACTION.verify(rig.world, SERVICE_ARGS, KEY)
    assert found.standing is Standing.NOT_DONE
    assert "no ready endpoint" in found.seen


def routed(rig: Rig, *destinations: Any) -> None:
    metadata = {"name": NAME, "namespace": PRODUCTION}
    http = [{"route": list(destinations)}]
    rig.twin.store.create(VIRTUALSERVICE, {"metadata": metadata, "spec": {"http": http}})


def test_split_traffic_is_a_conflict(rig: Rig) -> None:
    routed(rig, destination("blue", 90), destination("green", 10))

    found = switch_route.ACTION.probe(rig.world, ROUTE_ARGS, KEY)
    assert found.standing is Standing.CONFLICT
    with pytest.raises(GiveUp, match="splits traffic"):
        switch_route.ACTION.act(rig.world, ROUTE_ARGS, KEY)
    assert rig.effects() == 0


def test_a_route_to_an_empty_colour_is_refused(rig: Rig) -> None:
    routed(rig, destination("blue", 100), destination("green", 0))
    empty(rig, GREEN)

    assert switch_route.ACTION.probe(rig.world, ROUTE_ARGS, KEY).standing is Standing.CONFLICT
    with pytest.raises(GiveUp, match="outage"):
        switch_route.ACTION.act(rig.world, ROUTE_ARGS, KEY)
    assert rig.effects() == 0


def test_a_route_that_moves_meanwhile_is_read_again(rig: Rig) -> None:
    routed(rig, destination("blue", 100), destination("green", 0))
    rig.twin.faults.at(
        Moment.SEEN,
        "PATCH",
        f"/virtualservices/{NAME}$",
        lambda: rig.change(VIRTUALSERVICE, NAME, gateways=["mesh"]),
    )

    switch_route.ACTION.act(rig.world, ROUTE_ARGS, KEY)

    until_done(lambda: switch_route.ACTION.verify(rig.world, ROUTE_ARGS, KEY))


def test_a_subset_that_the_mesh_does_not_know_gets_no_traffic(rig: Rig) -> None:
    routed(rig, destination("blue", 100), destination("green", 0))
    define(rig, "blue", host=f"{NAME}.{PRODUCTION}.svc.cluster.local")

    found = switch_route.ACTION.probe(rig.world, ROUTE_ARGS, KEY)
    assert found.standing is Standing.CONFLICT
    assert "503" in found.seen
    for attempt in (
        lambda: switch_route.ACTION.act(rig.world, ROUTE_ARGS, KEY),
        lambda: switch_route.ACTION.rehearse(rig.world, ROUTE_ARGS),
    ):
        with pytest.raises(GiveUp, match="defines subset green"):
            attempt()
    assert rig.effects() == 0


@pytest.mark.parametrize("why", ["no rule here", "may not look", "no such kind"])
def test_a_subset_of_which_nobody_can_tell_is_said_and_stops_nothing(rig: Rig, why: str) -> None:
    routed(rig, destination("blue", 100), destination("green", 0))
    refusals = {"may not look": 403, "no such kind": 404}
    if why in refusals:
        rig.twin.faults.status("GET", "/destinationrules$", refusals[why], times=10)

    with pytest.raises(Unavailable, match="green"):
        switch_route.ACTION.rehearse(rig.world, ROUTE_ARGS)
    assert switch_route.ACTION.probe(rig.world, ROUTE_ARGS, KEY).standing is Standing.NOT_DONE
    switch_route.ACTION.act(rig.world, ROUTE_ARGS, KEY)
    until_done(lambda: switch_route.ACTION.verify(rig.world, ROUTE_ARGS, KEY))


@pytest.mark.parametrize("how", ["service", "route"])
def test_a_build_that_nobody_agreed_on_gets_no_traffic(rig: Rig, how: str) -> None:
    routed(rig, destination("blue", 100), destination("green", 0))
    agreed = {
        "before_template": rig.deployment(BLUE).template_hash,
        "after_template": rig.deployment(GREEN).template_hash,
    }
    rig.ship(GREEN, "app:v9")
    rig.settle()

    action: Any = switch_service.ACTION if how == "service" else switch_route.ACTION
    args = msgspec.structs.replace(SERVICE_ARGS if how == "service" else ROUTE_ARGS, **agreed)
    found = action.probe(rig.world, args, KEY)
    assert found.standing is Standing.CONFLICT
    assert "agreed" in found.seen
    with pytest.raises(GiveUp, match="agreed"):
        action.act(rig.world, args, KEY)
    assert rig.effects() == 0
    back = action.undo(args)
    assert back.args["after_template"] == agreed["before_template"]
    assert back.args["before_template"] == agreed["after_template"]


@pytest.mark.parametrize("how", ["service", "route"])
def test_only_ready_pods_of_the_agreed_build_count(rig: Rig, how: str) -> None:
    """Those of the build before are ready, and on their way out."""
    routed(rig, destination("blue", 100), destination("green", 0))
    rig.controllers.fates.for_deployment(PRODUCTION, GREEN, Fate.STUCK)
    rig.ship(GREEN, "app:v9")
    until(lambda: bool(rig.deployment(GREEN).updated))

    action: Any = switch_service.ACTION if how == "service" else switch_route.ACTION
    args = msgspec.structs.replace(
        SERVICE_ARGS if how == "service" else ROUTE_ARGS,
        after_template=rig.deployment(GREEN).template_hash,
    )
    with pytest.raises(GiveUp, match="outage"):
        action.act(rig.world, args, KEY)
    assert rig.effects() == 0
