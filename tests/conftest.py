"""What every test may lean on: a clean environment, the contracts, both databases."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from sandbox.servers import Binary, Postgres, postgres
from tests import contracts as contract_files

_KEPT = {"CANDLEFISH_CONTRACTS"}
_numbers = itertools.count(1)

# No deadline: two test runs that share a slow machine must not fail each other.
hypothesis_settings.register_profile("candlefish", deadline=None)
hypothesis_settings.load_profile("candlefish")

for _name in [name for name in os.environ if name.startswith("CANDLEFISH_")]:
    if _name not in _KEPT:
        del os.environ[_name]


def lacking(reason: str) -> None:
    """Skip loudly; with CI set, fail."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def contracts() -> Path:
    """The folder with the vendors' recorded payloads."""
    if not contract_files.FOLDER.is_dir():
        lacking(contract_files.ABSENT)
    return contract_files.FOLDER


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One PostgreSQL for the session, without fsync: tests kill the bot, never the machine."""
    if Binary.POSTGRES.where() is None:
        lacking(f"{Binary.POSTGRES.advice()}; its half of the store's tests is left out")
    with postgres(fsync=False) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind, for this test alone."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/candlefish.db"
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    database = f"test_{next(_numbers)}"
    yield server.create(database)
    server.drop(database)
