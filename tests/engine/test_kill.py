"""SIGKILL at every kind of instant: the run ends as if nothing had been, each effect once."""

from pathlib import Path

import pytest

from bot.engine.standing import RunState
from bot.store.database import Database
from tests.crash.patience import until
from tests.engine.processes import House, house
from tests.engine.target import Moment, Target, target

WHEN = {
    "before a plain step": (Moment.SEEN, "GET /op:1/look"),
    "before the effect": (Moment.SEEN, "PUT /op:1/snapshot"),
    "after the effect, before its record": (Moment.APPLIED, "PUT /op:1/snapshot"),
    "after the second effect, before its record": (Moment.APPLIED, "PUT /op:1/live"),
    "while it is verified": (Moment.APPLIED, "GET /op:1/live?verify"),
    "at the last step": (Moment.APPLIED, "GET /op:1/tell"),
}
SAMPLE = {"after the second effect, before its record"}
assert set(WHEN) >= SAMPLE
RESUMED_WITHIN = 15.0
BEGINNINGS = 7  # the first got on by a step, six did not


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
        until(lambda: "sleep" in place.steps("op:1"), "it sleeps")
        child.process.kill()
        child.process.wait(10)
        place.replica()
        _prove(place, world)
        assert world.asked["GET /op:1/settle"] == 1


@pytest.mark.long
def test_killed_again_and_again(database: Database, tmp_path: Path) -> None:
    with target() as world, house(database, tmp_path, world.port) as place:
        for moment, request in WHEN.values():
            if request != "GET /op:1/tell":
                _kill_at(place, world, moment, request)
        place.replica()
        _prove(place, world)


@pytest.mark.long
def test_a_run_that_kills_each_process_is_given_up(database: Database, tmp_path: Path) -> None:
    with target() as world, house(database, tmp_path, world.port) as place:
        place.ttl = 1.0
        for _ in range(BEGINNINGS):
            _kill_at(place, world, Moment.SEEN, "PUT /op:1/snapshot")
        place.replica()
        standing = place.ended("op:1")

    assert standing.state is RunState.FAILED
    assert "ended 6 times" in standing.words
    assert not world.effects


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
    assert world.effects == {"op:1/snapshot": 1, "op:1/live": 1}
