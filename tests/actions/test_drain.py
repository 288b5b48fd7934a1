"""Draining: slowly, within the budget, and never what came back empty."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from bot.actions import drain
from bot.actions.drain import ACTION
from bot.domain.cluster.draining import DRAINING, Draining
from bot.domain.errors import GiveUp, Unavailable
from bot.ports.action import Standing
from sandbox.kubernetes.kinds import PDB, SERVICE, VIRTUALSERVICE
from sandbox.kubernetes.seed.platform import PRODUCTION
from tests.actions.kubernetes_scenes import destination
from tests.actions.rig import BLUE, LABELS, NAME, Rig
from tests.actions.scene import KEY, until, until_done

ARGS = drain.Args(
    namespace=PRODUCTION,
    deployment=BLUE,
    labels=LABELS | {"color": "blue"},
    percent=40,
    every_seconds=5.0,
)


class Waves:
    """A clock that only pauses move, and how many pods had been evicted at each pause."""

    def __init__(self, rig: Rig, during: Callable[[], None] = lambda: None) -> None:
        self._rig, self._during = rig, during
        self._began = rig.world.now()
        self._passed = timedelta()
        self.evicted: list[int] = []
        self.waited: list[float] = []
        self.world = replace(rig.world, now=lambda: self._began + self._passed, pause=self._pause)

    def _pause(self, seconds: float) -> None:
        self.evicted.append(self._rig.effects("/eviction"))
        self.waited.append(seconds)
        self._passed += timedelta(seconds=seconds)
        self._rig.settle()
        self._during()


def names(rig: Rig) -> set[str]:
    return {pod.name for pod in rig.cluster.pods(PRODUCTION, ARGS.labels) if not pod.terminating}


def test_never_more_than_its_share_at_a_time(rig: Rig) -> None:
    old = names(rig)
    waves = Waves(rig)

    ACTION.act(waves.world, ARGS, KEY)

    assert waves.evicted == [0, 2, 4]
    assert waves.waited == [0, 5, 5]
    until_done(lambda: ACTION.verify(waves.world, ARGS, KEY))
    rig.settle()
    assert not names(rig) & old
    assert rig.deployment(BLUE).available == 5


def test_after_a_crash_only_what_is_left_goes_and_not_too_soon(rig: Rig) -> None:
    """The second eviction of the first wave is lost, and with it the process."""
    rig.twin.faults.drop("POST", "/eviction$")
    waves = Waves(rig)
    with pytest.raises(Unavailable):
        ACTION.act(waves.world, ARGS, KEY)
    rig.settle()

    again = Waves(rig)
    ACTION.act(again.world, ARGS, KEY)

    until_done(lambda: ACTION.verify(again.world, ARGS, KEY))
    assert rig.effects("/eviction") == 5
    assert 0 < again.waited[0] <= 5


def test_another_operation_begins_anew(rig: Rig) -> None:
    waves = Waves(rig)
    ACTION.act(waves.world, ARGS, KEY)
    rig.settle()

    assert ACTION.probe(rig.world, ARGS, "op:8:1/a step").standing is Standing.NOT_DONE
    ACTION.act(waves.world, ARGS, "op:8:1/a step")

    assert rig.effects("/eviction") == 10


def test_one_that_another_operation_took_over_stops(rig: Rig) -> None:
    def take_over() -> None:
        mark = Draining(key="op:8:1/a step", pods=())
        rig.cluster.annotate(PRODUCTION, BLUE, {DRAINING: mark.text})

    waves = Waves(rig)
    evict = rig.cluster.evict
    taken: list[Any] = []

    class Evicting:
        """The cluster, with somebody who acts after the first wave."""

        def __getattr__(self, name: str) -> Any:
            return getattr(rig.cluster, name)

        def evict(self, namespace: str, pod: str) -> None:
            evict(namespace, pod)
            taken.append(pod)
            if len(taken) == 2:
                take_over()

    world = replace(waves.world, cluster=Evicting())
    with pytest.raises(GiveUp, match="Another operation"):
        ACTION.act(world, ARGS, KEY)
    assert len(taken) == 2


def test_what_the_budget_keeps_stays_and_is_told(rig: Rig) -> None:
    with rig.twin.store.lock:
        budget = rig.twin.store.get(PDB, PRODUCTION, BLUE)
        budget["spec"]["maxUnavailable"] = 0
        rig.twin.store.update(PDB, budget)
    until(lambda: not rig.twin.store.get(PDB, PRODUCTION, BLUE)["status"]["disruptionsAllowed"])
    waves = Waves(rig)

    ACTION.act(waves.world, replace_every(100), KEY)

    found = ACTION.verify(waves.world, ARGS, KEY)
    assert found.standing is Standing.NOT_DONE
    assert "5 of 5" in found.seen
    assert rig.effects("/eviction") == 0


def test_a_budget_that_lets_go_later_is_waited_for(rig: Rig) -> None:
    def loosen() -> None:
        with rig.twin.store.lock:
            budget = rig.twin.store.get(PDB, PRODUCTION, BLUE)
            budget["spec"]["maxUnavailable"] = "100%" if len(waves.waited) > 2 else 0
            rig.twin.store.update(PDB, budget)
        loose = len(waves.waited) > 2
        until(lambda: bool(allowed(rig)) is loose)

    waves = Waves(rig, during=loosen)
    ACTION.act(waves.world, ARGS, KEY)

    until_done(lambda: ACTION.verify(waves.world, ARGS, KEY))
    assert waves.evicted[:3] == [0, 0, 0]
    assert rig.effects("/eviction") == 5


def allowed(rig: Rig) -> int:
    status = rig.twin.store.get(PDB, PRODUCTION, BLUE)["status"]
    return int(status["disruptionsAllowed"])


def replace_every(seconds: float) -> drain.Args:
    return drain.Args(
        namespace=ARGS.namespace,
        deployment=ARGS.deployment,
        labels=ARGS.labels,
        percent=ARGS.percent,
        every_seconds=seconds,
    )


BEHIND_SERVICE = msgspec.structs.replace(
    ARGS, service=NAME, key="color", before="blue", after="green"
)
BEHIND_ROUTE = msgspec.structs.replace(ARGS, route=NAME, before="blue", after="green")


def route(rig: Rig, *, blue: int) -> None:
    http = [{"route": [destination("blue", blue), destination("green", 100 - blue)]}]
    metadata = {"name": NAME, "namespace": PRODUCTION}
    if blue == 0:
        rig.twin.store.create(VIRTUALSERVICE, {"metadata": metadata, "spec": {"http": http}})
    else:
        rig.change(VIRTUALSERVICE, NAME, http=http)


@pytest.mark.parametrize("args", [BEHIND_SERVICE, BEHIND_ROUTE], ids=["service", "route"])
def test_it_stops_before_the_wave_in_which_traffic_came_back(rig: Rig, args: drain.Args) -> None:
    rig.select("green")
    route(rig, blue=0)
    waves = Waves(rig, during=lambda: back() if len(waves.waited) == 2 else None)

    def back() -> None:
        rig.select("blue")
        route(rig, blue=10)

    with pytest.raises(GiveUp, match="sends traffic to blue again"):
        ACTION.act(waves.world, args, KEY)

    assert rig.effects("/eviction") == 2
    found = ACTION.probe(rig.world, args, KEY)
    assert found.standing is Standing.CONFLICT
    assert "not evicted" in found.seen


@pytest.mark.parametrize("args", [BEHIND_SERVICE, BEHIND_ROUTE], ids=["service", "route"])
def test_what_no_traffic_points_at_is_drained(rig: Rig, args: drain.Args) -> None:
    rig.select("green")
    route(rig, blue=0)

    assert ACTION.probe(rig.world, args, KEY).standing is Standing.NOT_DONE
    ACTION.act(Waves(rig).world, args, KEY)

    assert rig.effects("/eviction") == 5


def test_a_selector_without_colours_has_them_all(rig: Rig) -> None:
    rig.change(SERVICE, NAME, selector=LABELS)

    with pytest.raises(GiveUp, match="not evicted"):
        ACTION.act(Waves(rig).world, BEHIND_SERVICE, KEY)
    assert rig.effects("/eviction") == 0
