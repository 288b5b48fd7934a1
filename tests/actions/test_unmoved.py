"""What somebody adds to a VirtualService that a switch would leave behind, before it and after."""

from typing import Any

import msgspec
import pytest

from bot.actions import drain, switch_route
from bot.domain.errors import GiveUp
from bot.ports.action import Standing
from sandbox.kubernetes.kinds import VIRTUALSERVICE
from sandbox.kubernetes.seed.platform import PRODUCTION
from sandbox.twin.faults import Moment
from tests.actions.kubernetes_scenes import define, destination
from tests.actions.rig import BLUE, GREEN, LABELS, NAME, Rig
from tests.actions.scene import KEY, until_done

ARGS = switch_route.Args(
    namespace=PRODUCTION, route=NAME, before="blue", after="green", before_deployment=BLUE,
    after_deployment=GREEN,
)  # fmt: skip
ACTION = switch_route.ACTION
PATCHED = f"/virtualservices/{NAME}$"


def usual(color: str) -> dict[str, Any]:
    return {"route": [destination("blue", 0), destination("green", 0), destination(color, 100)]}


def by_header(color: str) -> dict[str, Any]:
    return {"match": [{"headers": {"upgrade": {}}}], "route": [destination(color, 100)]}


SOCKETS = {"http": [by_header("blue"), usual("blue")]}
MIRROR = {"http": [usual("blue") | {"mirror": {"host": NAME, "subset": "green"}}]}
TCP = {"http": [usual("blue")], "tcp": [{"route": [destination("blue", 100)]}]}


def routed(rig: Rig, **spec: Any) -> None:
    metadata = {"name": NAME, "namespace": PRODUCTION}
    rig.twin.store.create(VIRTUALSERVICE, {"metadata": metadata, "spec": spec})
    define(rig, "blue", "green")


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (SOCKETS, "rule 1: requests with header upgrade go to blue"),
        (MIRROR, "rule 1: a mirror goes to green"),
        (TCP, "tcp rule 1: TCP traffic goes to blue"),
    ],
)
def test_what_would_stay_behind_is_a_conflict(rig: Rig, spec: Any, said: str) -> None:
    routed(rig, **spec)

    found = ACTION.probe(rig.world, ARGS, KEY)
    assert found.standing is Standing.CONFLICT
    assert said in found.seen
    for attempt in (
        lambda: ACTION.act(rig.world, ARGS, KEY),
        lambda: ACTION.rehearse(rig.world, ARGS),
    ):
        with pytest.raises(GiveUp, match="nobody was told of that"):
            attempt()
    assert rig.effects() == 0


def test_what_is_added_while_it_switches_is_seen(rig: Rig) -> None:
    routed(rig, http=[usual("blue")])
    rig.twin.faults.at(
        Moment.SEEN, "PATCH", PATCHED, lambda: rig.change(VIRTUALSERVICE, NAME, **SOCKETS)
    )

    with pytest.raises(GiveUp, match="header upgrade"):
        ACTION.act(rig.world, ARGS, KEY)
    assert rig.effects() == 0


def test_what_is_added_after_the_switch_is_not_said_to_have_moved(rig: Rig) -> None:
    routed(rig, http=[usual("green")])
    assert ACTION.probe(rig.world, ARGS, KEY).standing is Standing.DONE

    rig.change(VIRTUALSERVICE, NAME, http=[by_header("blue"), usual("green")])

    for look in (ACTION.probe, ACTION.verify):
        assert look(rig.world, ARGS, KEY).standing is Standing.CONFLICT


def test_a_preview_of_the_new_colour_does_not_hold_up_the_way_back(rig: Rig) -> None:
    """It was left alone when the traffic came, and is as it was when the traffic has left."""
    before = [by_header("green"), usual("blue")]
    routed(rig, http=before)
    ACTION.act(rig.world, ARGS, KEY)
    until_done(lambda: ACTION.verify(rig.world, ARGS, KEY))

    back = ACTION.undo(ARGS)
    assert back is not None
    args = msgspec.convert(back.args, switch_route.Args)
    assert ACTION.probe(rig.world, args, KEY).standing is Standing.NOT_DONE
    ACTION.act(rig.world, args, KEY)

    until_done(lambda: ACTION.verify(rig.world, args, KEY))
    assert "but what goes by the request to green" in ACTION.verify(rig.world, args, KEY).seen
    assert rig.cluster.route(PRODUCTION, NAME).http[0] == before[0]


@pytest.mark.parametrize("spec", [SOCKETS, MIRROR, TCP])
def test_what_the_plan_told_of_stays(rig: Rig, spec: Any) -> None:
    routed(rig, **spec)
    args = msgspec.structs.replace(ARGS, leaves=True)

    ACTION.rehearse(rig.world, args)
    ACTION.act(rig.world, args, KEY)

    until_done(lambda: ACTION.verify(rig.world, args, KEY))
    found = rig.cluster.route(PRODUCTION, NAME)
    shares = {one["destination"]["subset"]: one["weight"] for one in found.http[-1]["route"]}
    assert (shares["blue"], shares["green"]) == (0, 100)
    assert found.http[:-1] == tuple(spec["http"][:-1])


def test_pods_that_still_get_what_goes_by_the_request_are_not_evicted(rig: Rig) -> None:
    routed(rig, http=[by_header("blue"), usual("green")])
    args = drain.Args(
        namespace=PRODUCTION, deployment=BLUE, labels=LABELS | {"color": "blue"}, percent=40,
        every_seconds=0.05, route=NAME, before="blue", after="green",
    )  # fmt: skip

    found = drain.ACTION.probe(rig.world, args, KEY)
    assert found.standing is Standing.CONFLICT
    assert "not evicted" in found.seen
    with pytest.raises(GiveUp, match="sends traffic to blue"):
        drain.ACTION.act(rig.world, args, KEY)
    assert rig.effects("/eviction") == 0
