"""A desk on each kind of database."""

from collections.abc import Iterator

import pytest

from tests.flows.cards.desk import Desk, opened
from tests.flows.operations import office as offices
from tests.flows.operations.office import Office


@pytest.fixture
def desk(migrated_url: str) -> Iterator[Desk]:
    with opened(migrated_url) as one:
        yield one


@pytest.fixture
def office(migrated_url: str) -> Iterator[Office]:
    """Operations as rows, on each kind of database."""
    with offices.opened(migrated_url) as one:
        yield one
