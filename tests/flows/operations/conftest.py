from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.aws.account import AwsAccount
from bot.adapters.aws.restore_points import AURORA, RDS, RestorePoints
from bot.domain.operations.plan import Plan
from bot.domain.ops_data.restore_point import Provider
from bot.ports.world import World
from sandbox.aws.server import AwsTwin
from tests.flows.operations.office import Office
from tests.flows.operations.planning_stage import Numbers, Shelf, Stage, Vault, staged
from tests.flows.operations.snapshot_stage import Account


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A platform of its own, for a test that breaks something in it."""
    with staged(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("platform")) as found:
        yield found


@pytest.fixture
def still(platform: Stage) -> Stage:
    """The platform that tests share which only read it, with an empty ledger."""
    shelf, vault, numbers = Shelf(), Vault(now=platform.vault.now), Numbers()
    world = replace(platform.world, images=shelf, snapshots={Provider.RDS: vault}, metrics=numbers)
    return replace(platform, world=world, shelf=shelf, vault=vault, numbers=numbers, ledger={})


@pytest.fixture
def made(still: Stage) -> Plan:
    """A rollback of the shared platform's graphql-api, as good as it gets."""
    return still.way_back("graphql-api")


@pytest.fixture
def aws(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsTwin]:
    with Account(office).twin as twin:
        for name, value in twin.environment().items():
            monkeypatch.setenv(name, value)
        yield twin


@pytest.fixture
def world(office: Office, aws: AwsTwin) -> Iterator[World]:
    account = AwsAccount(aws.account.region)
    doors = {words.provider: RestorePoints(account, words) for words in (RDS, AURORA)}
    yield World(now=lambda: office.at, snapshots=doors)
    account.forget()
