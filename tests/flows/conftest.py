"""A desk on each kind of database."""

from collections.abc import Iterator

import pytest

from tests.flows.desk import Desk, opened


@pytest.fixture
def desk(migrated_url: str) -> Iterator[Desk]:
    with opened(migrated_url) as one:
        yield one
