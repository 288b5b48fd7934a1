"""Who counts as alive on PostgreSQL, and who may bury whom."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.errors import Unavailable
from bot.engine.lease import Lease
from bot.store import replicas, takeovers
from bot.store.database import Database
from tests.crash.patience import until
from tests.databases import PostgresMaker
from tests.outage import cut_off

runs_out = pytest.mark.parametrize("ttl", [3.0])


@pytest.fixture
def db(postgres_maker: PostgresMaker, tmp_path: Path) -> Iterator[Database]:
    with postgres_maker.migrated(tmp_path) as url:
        db = Database(url)
        yield db
        db.close()


@pytest.fixture
def deaths() -> list[str]:
    return []


@pytest.fixture
def ttl() -> float:
    return 60.0


@pytest.fixture
def lease(db: Database, deaths: list[str], ttl: float) -> Lease:
    lease = Lease(db, "me", ttl, deaths.append)
    lease.enter()
    return lease


def expire(db: Database, executor: str) -> None:
    with db.write() as tx:
        tx.execute(
            text("UPDATE replicas SET expires_at = 1 WHERE executor_id = :e"), {"e": executor}
        )


@runs_out
def test_it_is_sure_from_its_first_beat_until_its_time_runs_out(lease: Lease, ttl: float) -> None:
    assert not lease.good()
    assert lease.beat() == ttl / 4
    assert lease.good()
    until(lambda: not lease.good(), "its time runs out")


def test_a_beat_keeps_others_from_burying_it(db: Database, lease: Lease) -> None:
    expire(db, "me")
    lease.beat()
    with db.write() as tx:
        assert replicas.bury(tx) == ()
        assert replicas.living(tx) == {"me"}


def test_whoever_was_buried_dies_at_its_next_beat(
    db: Database, lease: Lease, deaths: list[str]
) -> None:
    lease.beat()
    expire(db, "me")
    with db.write() as tx:
        assert replicas.bury(tx) == ("me",)
    lease.beat()

    assert deaths == ["The other replicas declared this one dead."]
    assert not lease.good()


def test_whoever_left_is_not_declared_dead(lease: Lease, deaths: list[str]) -> None:
    lease.beat()
    lease.leave()
    lease.beat()

    assert not deaths


@runs_out
def test_it_buries_only_after_it_renewed_for_a_whole_term(lease: Lease) -> None:
    lease.beat()
    assert not lease.may_bury()
    until(lambda: lease.beat() and lease.may_bury(), "it may bury")


@runs_out
def test_after_an_outage_of_the_database_it_waits_for_the_others(
    db: Database, lease: Lease, request: pytest.FixtureRequest, deaths: list[str]
) -> None:
    until(lambda: lease.beat() and lease.may_bury(), "it may bury")
    with cut_off(db, request):
        with pytest.raises(Unavailable):
            lease.beat()
        until(lambda: not lease.good(), "its time runs out")
    until(lambda: _beats(lease), "the database is back")

    assert not lease.may_bury()
    assert not deaths


def test_one_sweeper_at_a_time(db: Database) -> None:
    with db.write() as first, db.write() as second:
        assert replicas.sweeps(first)
        assert not replicas.sweeps(second)
    with db.write() as third:
        assert replicas.sweeps(third)


def test_takeovers_are_counted_by_run_and_forgotten(db: Database) -> None:
    with db.write() as tx:
        assert [takeovers.count(tx, run) for run in ("a", "b", "a")] == [1, 1, 2]
        takeovers.forget(tx, ["a"])
        assert takeovers.count(tx, "a") == 1
        assert takeovers.count(tx, "b") == 2


def _beats(lease: Lease) -> bool:
    try:
        lease.beat()
    except Unavailable:
        return False
    return True
