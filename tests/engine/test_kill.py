"""SIGKILL at every kind of instant: the run ends as if nothing had been, each effect once."""

import time
from pathlib import Path

import pytest

from bot.engine.standing import RunState
from bot.store.database import Database
from tests.crash.patience import until
from tests.engine.processes import House, house
from tests.engine.target import Moment, Target, target

WHEN = {
    "before a plain step": (Moment.SEEN, "GET /look"),
    "before the effect": (Moment.SEEN, "PUT /snapshot"),
    "after the effect, before its record": (Moment.APPLIED, "PUT /snapshot"),
    "after the second effect, before its record": (Moment.APPLIED, "PUT /live"),
    "while it is verified": (Moment.APPLIED, "GET /live?verify"),
    "at the last step": (Moment.APPLIED, "GET /tell"),
}
SAMPLE = {"after the second effect, before its record"}
RESUMED_WITHIN = 15.0


@pytest.mark.parametrize(
    "when",
    [pytest.param(when, marks=[] if when in SAMPLE else pytest.mark.long) for when in WHEN],
)
def test_killed(when: str, database: Database, tmp_path: Path) -> None:
    with target() as world, house(database, tmp_path, world.port) as place:
        place.ttl = 6.0  # the product's own: what follows is held to its promise
        _kill_at(place, world, *WHEN[when])
        asked = sum(world.asked.values())
        place.replica()
        until(lambda: sum(world.asked.values()) > asked, "it goes on", seconds=RESUMED_WITHIN)
        _prove(place, world)


def test_killed_while_it_sleeps(database: Database, tmp_path: Path) -> None:
    with target() as world, house(database, tmp_path, world.port) as place:
        child = place.replica("op:1")
        until(lambda: world.asked["GET /settle"], "it is about to sleep")
        time.sleep(0.2)  # it sleeps for a second: nothing outside shows that it does
        child.process.kill()
        child.process.wait(10)
        place.replica()
        _prove(place, world)
        assert world.asked["GET /settle"] == 1


@pytest.mark.long
def test_killed_again_and_again(database: Database, tmp_path: Path) -> None:
    with target() as world, house(database, tmp_path, world.port) as place:
        for moment, request in WHEN.values():
            if request != "GET /tell":
                _kill_at(place, world, moment, request)
        place.replica()
        _prove(place, world)


def _kill_at(place: House, world: Target, moment: Moment, request: str) -> None:
    struck: list[bool] = []

    def strike() -> bool:
        child = place.children[-1]
        child.process.kill()
        child.process.wait(10)
        struck.append(True)
        return True

    world.at(moment, request, strike)
    place.replica("op:1")
    until(lambda: struck, f"it is killed at {request}")


def _prove(place: House, world: Target) -> None:
    standing = place.ended("op:1")
    assert standing.state is RunState.ENDED, standing.words
    assert standing.result == {"snapshot": "done", "live": "done"}
    assert world.effects == {"snapshot": 1, "live": 1}
