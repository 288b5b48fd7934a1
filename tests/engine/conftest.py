"""An engine in this process, on a database of each kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import Database
from tests.engine.engines import Engines


@pytest.fixture
def engines(database: Database, tmp_path: Path) -> Iterator[Engines]:
    """Makes engines, one after the other, and stops the last one."""
    made = Engines(db=database, folder=tmp_path)
    yield made
    made.stop()
