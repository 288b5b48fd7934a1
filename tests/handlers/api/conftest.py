from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import SqliteMaker
from tests.handlers.web.rig import Rig, rigged


@pytest.fixture
def rig(tmp_path: Path, sqlite_maker: SqliteMaker) -> Iterator[Rig]:
    with sqlite_maker.migrated(tmp_path), rigged(tmp_path) as rig:
        yield rig
