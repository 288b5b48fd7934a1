"""Transactions, leases, delivery notes and names of groups: the same on both databases."""

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import OperationalError

from bot.domain.errors import Unavailable
from bot.domain.incidents.correlation import Held
from bot.store import bulk, deliveries, holders, leases
from bot.store import database as doors
from bot.store.codec import instant, micros
from bot.store.database import Conflict, Database, Taken, sole_process
from bot.store.migrate import lacks, migrate
from bot.store.tables import counters, seen
from sandbox.slack.outbound import ACK_SECONDS
from tests.databases import PostgresMaker
from tests.flows.inbox import minute

NOW = minute(0)
WITHIN = 30
_OURS = counters.c.name == "incident"


def test_what_fails_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.write() as tx:
            tx.execute(insert(seen).values(key="k", at=0))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with database.read() as tx:
        assert tx.execute(select(func.count()).select_from(seen)).scalar_one() == 0


def test_slack_hears_in_time_that_another_writer_is_waited_for() -> None:
    assert doors.LOCK_SECONDS + doors.BUSY_MS / 1000 < ACK_SECONDS


def test_read_then_write_from_many_threads_loses_nothing(database: Database) -> None:
    def count() -> None:
        for _ in range(20):
            with database.write() as tx:
                statement = select(counters.c.value).where(_OURS).with_for_update()
                value = tx.execute(statement).scalar_one()
                tx.execute(counters.update().where(_OURS).values(value=value + 1))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(WITHIN)

    with database.read() as tx:
        assert tx.execute(select(counters.c.value).where(_OURS)).scalar_one() == 80


def test_two_writers_of_one_key_conflict(database: Database) -> None:
    both = insert(seen).values([{"key": "k", "at": 0}, {"key": "k", "at": 1}])

    with pytest.raises(Conflict), database.write() as tx:
        tx.execute(both)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://nobody@127.0.0.1:1/none",
        "sqlite:////nonexistent/folder/candlefish.db",
    ],
)
def test_a_database_that_is_not_there_is_unavailable(url: str) -> None:
    database = Database(url)

    for door in (database.write, database.read):
        with pytest.raises(Unavailable), door():
            pytest.fail("it was let in")
    database.close()


def test_a_value_too_large_for_an_index_is_no_outage(
    postgres_maker: PostgresMaker, tmp_path: Path
) -> None:
    noise = "".join(chr(0x4E00 + (number * 7919) % 20000) for number in range(20_000))

    with postgres_maker.migrated(tmp_path) as url:
        database = Database(url)
        with pytest.raises(OperationalError, match="index row"), database.write() as tx:
            tx.execute(insert(seen).values(key=noise, at=0))
        database.close()


def test_only_one_process_serves_a_sqlite_file(tmp_path: Path) -> None:
    path = tmp_path / "candlefish.db"
    with sole_process(path), pytest.raises(Taken), sole_process(path):
        pytest.fail("a second one was let in")

    with sole_process(path):
        assert path.with_name("candlefish.db.lock").exists()


def test_migrating_twice_is_migrating_once(database_url: str) -> None:
    database = Database(database_url)
    if not database.is_sqlite or Path(database.url.database or "").exists():
        assert "candlefish migrate" in (lacks(database) or "")

    migrate(database)
    migrate(database)

    assert lacks(database) is None
    database.check_writable()
    database.close()


def test_a_lease_is_one_owners_until_it_runs_out(database: Database) -> None:
    def take(owner: str, seconds: float) -> bool:
        at = NOW + timedelta(seconds=seconds)
        with database.write() as tx:
            return leases.take(tx, "cards", owner, at, at + timedelta(seconds=10))

    assert [take("a", 0), take("b", 1), take("a", 5), take("b", 15), take("b", 15.1)] == [
        True, False, True, False, True,
    ]  # fmt: skip

    with database.write() as tx:
        leases.release(tx, "cards", "a")
    assert not take("a", 16)
    with database.write() as tx:
        leases.release(tx, "cards", "b")
    assert take("a", 17)


def test_a_delivery_is_new_once_and_noted_for_three_days(database: Database) -> None:
    def first(at: datetime) -> bool:
        with database.write() as tx:
            deliveries.forget_old(tx, at)
            return deliveries.first_time(tx, "pagerduty:E1", at)

    days = [0, 1, 2.9, 3.1]

    assert [first(NOW + timedelta(days=one)) for one in days] == [True, False, False, True]


def test_groups_are_held_moved_and_found(database: Database) -> None:
    database_with(database, 1, 2, 3)
    one, other = (Held(group="g", environment="e", component=part) for part in ("a", ""))
    with database.write() as tx:
        holders.hold(tx, {one: 1, other: 2})
        holders.hold(tx, {one: 2})
        assert holders.of_groups(tx, ["g", "x"]) == {one: 2, other: 2}
        holders.move(tx, 2, 3)
        assert holders.of_groups(tx, ["g"]) == {one: 3, other: 3}
        assert holders.of_group(tx, "g") == [3, 3]
        assert holders.of_groups(tx, []) == {}


def database_with(database: Database, *numbers: int) -> None:
    columns = (
        "id, version, state, severity, severity_text, category, title, summary, environment, "
        "labels_json, opened_at, started_at, newest_started_at, level, alerts_firing, "
        "alerts_total, changes_json, roles_json"
    )
    with database.write() as tx:
        for number in numbers:
            tx.execute(
                text(
                    f"INSERT INTO incidents ({columns}) VALUES ({number}, 1, 'open', 'sev3', '', "
                    "'warning', 't', '', 'e', '{}', 0, 0, 0, 1, 0, 0, '[]', '{}')"
                )
            )


def test_long_lists_are_looked_up_in_parts(database: Database) -> None:
    rows = [(f"k{number}", number) for number in range(2 * bulk.CHUNK + 1)]
    with database.write() as tx:
        bulk.insert_many(tx, seen, ("key", "at"), rows)
        wanted = [key for key, _ in rows]
        found = list(bulk.select_in(tx, [seen.c.key, seen.c.at], seen.c.key, wanted))
        changed = bulk.update_many(tx, seen, ("at",), ("key",), [(0, key) for key in wanted])

    assert sorted(found) == sorted(rows)
    assert changed == len(rows)


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2026-03-01T03:07:00.000001Z"]
)
def test_times_come_back_to_the_microsecond(at: str) -> None:
    told = datetime.fromisoformat(at)

    assert instant(micros(told)) == told
