from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import SqliteMaker
from tests.handlers.web.rig import Rig, rigged


@pytest.fixture
def rig(tmp_path: Path, sqlite_maker: SqliteMaker) -> Iterator[Rig]:
    with sqlite_maker.migrated(tmp_path), rigged(tmp_path) as rig:
        yield rig


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory, sqlite_maker: SqliteMaker) -> Iterator[Rig]:
    """One for all tests of a file that change nothing: INC-1 is open."""
    folder = tmp_path_factory.mktemp("still")
    with sqlite_maker.migrated(folder), rigged(folder) as rig:
        rig.fire()
        yield rig
