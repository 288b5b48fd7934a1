"""Our own database's absence is told from a vendor's: runs wait for the one, not for the other."""

from pathlib import Path

import pytest

from bot.domain.errors import Unavailable
from bot.engine.away import of_our_database
from bot.store import database as doors
from bot.store.database import Conflict, Database, DatabaseAway
from tests.outage import cut_off


def test_a_writer_that_waits_too_long_for_another_knows_whose_fault_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "LOCK_SECONDS", 0.01)
    database = Database(f"sqlite:///{tmp_path}/one.db")
    with database.write(), pytest.raises(DatabaseAway) as away, database.write():
        pytest.fail("two writers at once")
    assert of_our_database(away.value)
    database.close()


def test_a_database_that_is_gone_is_ours(
    database: Database, request: pytest.FixtureRequest
) -> None:
    with cut_off(database, request), pytest.raises(DatabaseAway) as away:
        database.check_writable()
    assert of_our_database(away.value)


def test_what_is_not_ours() -> None:
    assert of_our_database(Conflict())
    assert not of_our_database(Unavailable("Kubernetes does not answer."))
