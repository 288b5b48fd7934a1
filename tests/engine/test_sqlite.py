"""dbos's own file: what it promises at a commit, and how finely its clock counts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from bot.engine import sqlite
from tests.crash.patience import until


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Engine]:
    engine = sqlite.engine(tmp_path / "engine.db")
    yield engine
    engine.dispose()


def ask(file: Engine, words: str) -> object:
    with file.connect() as connection:
        return connection.execute(text(words)).scalar()


def test_a_commit_outlives_a_power_cut(file: Engine) -> None:
    assert ask(file, "PRAGMA journal_mode") == "wal"
    assert ask(file, "PRAGMA synchronous") == 2
    assert ask(file, "PRAGMA foreign_keys") == 1


@pytest.mark.parametrize("clock", ["unixepoch('subsec')", "strftime('%s','now')"])
def test_its_clock_counts_parts_of_a_second(file: Engine, clock: str) -> None:
    until(lambda: int(str(ask(file, f"SELECT CAST({clock} * 1000 AS INTEGER)"))) % 1000, "it ticks")


def test_it_knows_no_other_clock(file: Engine) -> None:
    with pytest.raises(OperationalError):
        ask(file, "SELECT strftime('%Y', 'now')")
