from pathlib import Path

import pytest

from tests.catalogue.desk import Desk, desk


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Desk:
    return desk(tmp_path)
