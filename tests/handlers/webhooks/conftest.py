"""A webhook edge on each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.handlers.webhooks.edge import Edge, edged


@pytest.fixture
def edge(migrated_url: str, tmp_path: Path) -> Iterator[Edge]:
    with edged(migrated_url, tmp_path) as one:
        yield one
