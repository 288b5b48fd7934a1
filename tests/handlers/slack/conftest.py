from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import SqliteMaker
from tests.handlers.slack.room import Room, opened


@pytest.fixture
def folder(sqlite_maker: SqliteMaker, tmp_path: Path) -> Iterator[Path]:
    with sqlite_maker.migrated(tmp_path):
        yield tmp_path


@pytest.fixture
def room(folder: Path) -> Iterator[Room]:
    with opened(folder) as here:
        yield here


@pytest.fixture(params=["http", "socket"])
def either_room(request: pytest.FixtureRequest, folder: Path) -> Iterator[Room]:
    """The same room over both of Slack's ways to an app."""
    with opened(folder, socket_mode=request.param == "socket") as here:
        yield here
