"""Two replicas on one PostgreSQL: whatever happens to one, each effect is had once."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.engine.standing import RunState
from bot.store.database import Database
from tests.crash.patience import until
from tests.databases import PostgresMaker
from tests.engine.processes import House, house
from tests.engine.target import Moment, Target, target

DECLARED_DEAD = 70


@pytest.fixture
def world() -> Iterator[Target]:
    with target() as world:
        yield world


@pytest.fixture
def place(postgres_maker: PostgresMaker, tmp_path: Path, world: Target) -> Iterator[House]:
    with postgres_maker.migrated(tmp_path) as url:
        db = Database(url)
        with house(db, tmp_path, world.port) as place:
            yield place
        db.close()


def test_one_is_killed_and_the_other_goes_on(place: House, world: Target) -> None:
    child = place.replica("op:1")
    world.at(Moment.APPLIED, "PUT /op:1/live", child.process.kill)
    place.replica()
    _prove(place, world)


FROZEN = {
    "its request is sent": (Moment.SEEN, "PUT /op:1/live"),
    "it decided and is about to send": (Moment.APPLIED, "GET /op:1/live?act"),
    "it has just asked whether it is done": (Moment.APPLIED, "GET /op:1/live?probe"),
    "it looks whether it is true": (Moment.APPLIED, "GET /op:1/live?verify"),
}
SAMPLE = {"its request is sent", "it decided and is about to send"}
assert set(FROZEN) >= SAMPLE


@pytest.mark.parametrize(
    "when",
    [pytest.param(when, marks=[] if when in SAMPLE else pytest.mark.long) for when in FROZEN],
)
def test_one_is_frozen_past_its_lease_in_the_act_and_woken(
    when: str, place: House, world: Target
) -> None:
    frozen: list[bool] = []

    def freeze() -> None:
        place.children[0].process.send_signal(signal.SIGSTOP)
        frozen.append(True)

    world.at(*FROZEN[when], freeze)
    place.replica("op:1")
    until(lambda: frozen, f"it is frozen when {when}")
    place.replica()
    _prove(place, world)
    place.children[0].process.send_signal(signal.SIGCONT)
    assert place.children[0].process.wait(30) == DECLARED_DEAD
    _prove(place, world)


def test_one_is_stopped_and_the_other_goes_on_at_once(place: House, world: Target) -> None:
    place.ttl = 60.0  # so nobody is declared dead meanwhile
    first = place.replica("op:1")
    until(lambda: world.asked["GET /op:1/settle"], "it is under way")
    place.replica()
    first.stop(within=30)
    assert first.process.returncode == 0
    _prove(place, world)


def _prove(place: House, world: Target) -> None:
    standing = place.ended("op:1")
    assert standing.state is RunState.ENDED, standing.words
    assert standing.result == {"snapshot": "done", "live": "done"}
    assert world.effects == {"op:1/snapshot": 1, "op:1/live": 1}
