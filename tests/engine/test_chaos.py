"""Three replicas on one PostgreSQL, many runs, kills at random: every effect is had once."""

import random
import threading
from collections import Counter
from pathlib import Path

import pytest

from bot.engine.standing import RunState
from bot.store.database import Database
from sandbox.servers.child import Child
from tests.databases import PostgresMaker
from tests.engine.processes import House, house
from tests.engine.target import target
from tests.seed import seed


@pytest.mark.parametrize(
    ("runs", "kills"),
    [(6, 2), pytest.param(60, 12, marks=pytest.mark.long)],
)
def test_killed_at_random(
    runs: int, kills: int, postgres_maker: PostgresMaker, tmp_path: Path
) -> None:
    chance = random.Random(seed(whole=runs > 6))
    names = [f"op:{number}" for number in range(runs)]
    with target() as world, postgres_maker.migrated(tmp_path) as url:
        db = Database(url)
        with house(db, tmp_path, world.port) as place:
            replicas = [place.replica(*names[third::3]) for third in range(3)]
            for _ in range(kills):
                threading.Event().wait(chance.uniform(0.1, 1.5))
                _replace(place, replicas, chance.randrange(3))
            standings = [place.ended(name, seconds=120) for name in names]
        db.close()

    assert [one.words for one in standings if one.state is not RunState.ENDED] == []
    assert Counter(world.effects.values()) == {1: 2 * runs}


def _replace(place: House, replicas: list[Child], number: int) -> None:
    replicas[number].process.kill()
    replicas[number].process.wait(10)
    replicas[number] = place.replica()
