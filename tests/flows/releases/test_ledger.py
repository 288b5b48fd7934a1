"""The ledger loop beside a cluster and a site: what served when."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.flows.releases.ledger import CLUSTER_EVERY
from bot.flows.releases.templates import LedgerTemplates
from bot.store import releases
from tests.databases import SqliteMaker
from tests.flows.releases.ledger_stage import API, SITE, Stage, minutes, staged

MINUTE = timedelta(minutes=1)
INSTANT = timedelta.resolution


@pytest.fixture
def stage(sqlite_maker: SqliteMaker, tmp_path: Path) -> Iterator[Stage]:
    """The ledger's rows are proved on both databases in tests/store."""
    with staged(sqlite_maker, tmp_path) as one:
        yield one


def test_the_first_look_learns_the_whole_past(stage: Stage) -> None:
    stage.look()

    rows = {(row.workload, row.version): row for row in stage.rows()}
    assert set(rows) == {
        (f"{API}-blue", "v1.4.0"),
        (f"{API}-blue", "v1.4.2"),
        (f"{API}-green", "v1.3.9"),
        (f"{API}-green", "v1.4.1"),
    }
    live = stage.live()
    assert (live.workload, live.version, live.live_at) == (f"{API}-blue", "v1.4.2", stage.desk.at)
    assert live.deployed_at < stage.desk.at - timedelta(days=1)
    assert live.deployed_by == "github:deploy"
    assert live.change_url.startswith("https://github.com/candlefish-ai/graphql-api/commit/")
    assert (live.contracts.schema_min, live.contracts.schema_max) == (40, 43)
    assert stage.loop.problem is None


def test_nothing_new_writes_only_that_it_was_seen(stage: Stage) -> None:
    stage.look()
    before = stage.rows()
    stage.wait(minutes(3))

    assert [replace(row, seen_at=None) for row in stage.rows()] == [
        replace(row, seen_at=None) for row in before
    ]
    seen = stage.live().seen_at
    assert seen is not None
    assert stage.desk.at - seen <= CLUSTER_EVERY


def test_a_switch_while_the_bot_was_down_came_at_some_time_since(stage: Stage) -> None:
    """Dated to the bot's return, it would have come after the trouble that it caused."""
    stage.look()
    stage.wait(minutes(3))
    seen = stage.live().seen_at
    stage.loop.stop()
    stage.switch("green")
    stage.desk.at += minutes(40)
    stage.loop = stage.another("back")
    stage.look()

    live = stage.live()
    assert (live.version, live.surely_live_at) == ("v1.4.1", stage.desk.at)
    assert live.live_at is not None
    assert seen is not None
    assert timedelta() < live.live_at - seen < timedelta(seconds=1)
    old = next(row for row in stage.rows() if row.version == "v1.4.2")
    assert old.superseded_at == live.live_at
    stage.look(minutes(5))
    assert stage.live().live_by == live.live_by


def test_what_left_the_newest_rows_and_is_still_there_is_not_new(stage: Stage) -> None:
    stage.look()
    base = stage.live()
    hours = [base.deployed_at + timedelta(hours=one) for one in range(1, releases.MOST + 1)]
    with stage.desk.db.write() as tx:
        past = [
            replace(base, id=None, identity=f"{at}", live_at=at, superseded_at=at, deployed_at=at)
            for at in hours
        ]
        releases.keep(tx, past)
    stage.ship("blue", "v9.9.9")
    stage.look(MINUTE)

    assert stage.live().version == "v9.9.9"
    assert stage.loop.turn() > 1


def test_who_is_never_fast_enough_waits_and_tells(stage: Stage) -> None:
    stage.look()
    with stage.desk.db.write() as tx:
        never = "BEFORE UPDATE ON releases BEGIN SELECT RAISE(ABORT, 'somebody was faster'); END"
        tx.exec_driver_sql(f"CREATE TRIGGER never {never}")
    stage.switch("green")
    stage.look(MINUTE)
    assert 0.9 <= stage.loop.turn() <= 1
    assert stage.loop.problem is None
    for _ in range(5):
        stage.look(timedelta(seconds=1))
    assert "another writer was faster" in (stage.loop.problem or "")

    with stage.desk.db.write() as tx:
        tx.exec_driver_sql("DROP TRIGGER never")
    stage.look(timedelta(seconds=1))
    assert (stage.loop.problem, stage.live().version) == (None, "v1.4.1")


def test_another_replica_does_not_write_beside_the_leader(stage: Stage) -> None:
    other = stage.another("two")
    stage.look()
    other.turn()

    assert len(stage.rows()) == 4


def test_a_release_and_its_switch(stage: Stage) -> None:
    stage.look()
    start = stage.desk.at
    stage.ship("green", "v1.5.0")
    stage.look(MINUTE)
    shipped = next(row for row in stage.rows() if row.version == "v1.5.0")
    assert (shipped.live_at, stage.live().version) == (None, "v1.4.2")

    stage.switch("green")
    stage.look(MINUTE)
    old = next(row for row in stage.rows() if row.version == "v1.4.2")
    assert (stage.live().version, stage.live().live_at) == ("v1.5.0", start + 2 * MINUTE)
    assert old.superseded_at == start + MINUTE + INSTANT


def test_the_ledger_remembers_the_template_that_the_cluster_forgot(stage: Stage) -> None:
    stage.look()
    row = stage.live()
    memory = LedgerTemplates(stage.desk.db)

    assert memory.find("production", API, row.identity) == row.template
    assert row.template is not None
    assert memory.find("production", API, "another") is None
    assert memory.find("staging", API, row.identity) is None


def test_a_site_s_deploys(stage: Stage) -> None:
    stage.look()
    assert [row.version for row in stage.rows("docs-site")] == [
        "v1.4.2",
        "v1.4.1",
        "v1.4.0",
        "v1.3.9",
    ]

    stage.netlify.ship(SITE, "v1.5.0")
    stage.look(MINUTE)
    assert stage.live("docs-site").version == "v1.5.0"
    assert len(stage.rows("docs-site")) == 5


def test_a_site_that_two_environments_share_is_the_first_one_s(stage: Stage) -> None:
    stage.look()
    with stage.desk.db.read() as tx:
        assert tx.exec_driver_sql("SELECT DISTINCT environment FROM releases").scalars().all() == [
            "production"
        ]


def test_a_selector_that_names_no_colour_is_told_and_ends_nothing(stage: Stage) -> None:
    stage.look()
    stage.switch("purple")
    stage.look(MINUTE)

    assert stage.live().version == "v1.4.2"
    assert stage.loop.problem is not None
    assert "neither of blue or green" in stage.loop.problem
    stage.switch("blue")
    stage.look(MINUTE)
    assert stage.loop.problem is None


def test_a_dead_cluster_is_told_and_the_sites_go_on(stage: Stage) -> None:
    stage.look()
    stage.cluster.api.stop()
    stage.netlify.ship(SITE, "v1.5.0")
    stage.look(MINUTE)

    assert stage.loop.problem is not None
    assert stage.live("docs-site").version == "v1.5.0"
    assert stage.live().version == "v1.4.2"


def test_who_does_not_lead_any_more_has_no_problem(stage: Stage) -> None:
    stage.switch("purple")
    stage.look()
    assert stage.loop.problem
    stage.desk.at += MINUTE
    stage.another("two").turn()
    stage.loop.turn()

    assert stage.loop.problem is None


def test_an_environment_that_is_not_there_is_nobody_s_problem(stage: Stage) -> None:
    parts = stage.catalogue.components
    api = replace(
        parts[API], environments=("production", "preview"),
        namespace={"production": "production", "preview": "preview"},
    )  # fmt: skip
    stage.catalogue = replace(stage.catalogue, components={**parts, API: api})
    stage.look()
    stage.look(MINUTE)

    assert stage.live().version == "v1.4.2"
    assert stage.loop.problem is None
