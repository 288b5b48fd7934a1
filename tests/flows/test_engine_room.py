"""The engine is launched once it can be, and nobody gets at it before."""

from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.errors import Unavailable
from bot.engine.engine import Engine
from bot.flows.engine_room import EngineRoom
from bot.store.database import Database
from tests.databases import PostgresMaker
from tests.outage import cut_off


def test_before_it_runs_it_is_not_to_be_had(database: Database, tmp_path: Path) -> None:
    room = EngineRoom(Engine(database, data_dir=tmp_path))
    for ask in (room.sweep, room.tidy, lambda: room.engine):
        with pytest.raises(Unavailable, match="is being started"):
            ask()
    room.stop()

    room.beat()
    assert room.problem is None
    assert room.engine.standing("op:1:1") is None
    room.beat()
    room.stop()


def test_beside_another_engine_it_waits_and_says_why(database: Database, tmp_path: Path) -> None:
    first = EngineRoom(Engine(database, data_dir=tmp_path))
    second = EngineRoom(Engine(database, data_dir=tmp_path))
    first.beat()
    second.beat()
    assert second.problem == "Another engine runs in this process. Stop it first."
    first.stop()
    second.beat()
    assert second.problem is None
    second.stop()


def test_it_comes_when_its_database_does(
    postgres_maker: PostgresMaker, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """On SQLite the engine keeps a file of its own, which is there when the bot is."""
    with postgres_maker.migrated(tmp_path) as url, closing(Database(url)) as database:
        room = EngineRoom(Engine(database, data_dir=tmp_path))
        with cut_off(database, request), pytest.raises(Unavailable):
            room.beat()
        assert room.problem
        room.beat()
        assert room.problem is None
        room.stop()
