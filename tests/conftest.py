"""What every test may lean on: a clean environment, the contracts, both databases."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from bot.store.database import Database
from sandbox.servers import Binary, Postgres, alertmanager, postgres
from tests import vendor_contracts
from tests.databases import PostgresMaker, SqliteMaker

_KEPT = {"CANDLEFISH_CONTRACTS"}

# No deadline: two test runs that share a slow machine must not fail each other.
hypothesis_settings.register_profile("candlefish", deadline=None)
hypothesis_settings.load_profile("candlefish")

# Nobody's own bot, and nobody's own cloud account.
for _name in [name for name in os.environ if name.startswith(("CANDLEFISH_", "AWS_"))]:
    if _name not in _KEPT:
        del os.environ[_name]

# Nobody's own way out either: it would stand between a test and the twins on this machine.
for _name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
    os.environ.pop(_name, None)
    os.environ.pop(_name.lower(), None)


# Whole processes and real servers: begun first, so that no worker waits for the last of them.
_LONGEST = ("scenarios", "browser", "crash", "engine", "fuzz")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest folders first, each in its own order."""
    items.sort(key=lambda item: not set(_LONGEST).intersection(item.path.parts))


def lacking(reason: str) -> None:
    """Skip loudly; with CI set, fail."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def contracts() -> Path:
    """The folder with the vendors' recorded payloads."""
    if not vendor_contracts.FOLDER.is_dir():
        lacking(vendor_contracts.ABSENT)
    return vendor_contracts.FOLDER


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One PostgreSQL for the session, without fsync: tests kill the bot, never the machine."""
    if Binary.POSTGRES.where() is None:
        lacking(f"{Binary.POSTGRES.advice()}; its half of the store's tests is left out")
    with postgres(fsync=False) as server:
        yield server


@pytest.fixture(scope="module")
def alertmanager_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Alertmanager that tells nobody, for one file of tests."""
    if Binary.ALERTMANAGER.where() is None:
        lacking(Binary.ALERTMANAGER.advice())
    config = tmp_path_factory.mktemp("alertmanager") / "alertmanager.yml"
    config.write_text("route: {receiver: none}\nreceivers: [{name: none}]\n")
    with alertmanager(config) as server:
        yield server.url


@pytest.fixture(scope="session")
def sqlite_maker(tmp_path_factory: pytest.TempPathFactory) -> SqliteMaker:
    return SqliteMaker(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_maker(postgres_server: Postgres) -> PostgresMaker:
    return PostgresMaker(postgres_server)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_maker(request: pytest.FixtureRequest) -> SqliteMaker | PostgresMaker:
    """Both kinds of database, one after the other."""
    names = {"sqlite": "sqlite_maker", "postgresql": "postgres_maker"}
    maker: SqliteMaker | PostgresMaker = request.getfixturevalue(names[request.param])
    return maker


@pytest.fixture
def database_url(database_maker: SqliteMaker | PostgresMaker, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind, for this test alone."""
    with database_maker.empty(tmp_path) as url:
        yield url


@pytest.fixture
def migrated_url(database_maker: SqliteMaker | PostgresMaker, tmp_path: Path) -> Iterator[str]:
    """A database of each kind at this release's schema, for this test alone."""
    with database_maker.migrated(tmp_path) as url:
        yield url


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    """The store's door to a migrated database of each kind."""
    database = Database(migrated_url)
    yield database
    database.close()
