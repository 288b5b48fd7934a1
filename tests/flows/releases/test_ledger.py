"""The ledger loop beside a cluster and a site: what served when, and what has proven itself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.operations.operation import Mode, Operation, Request, State
from bot.domain.operations.plan import Kind, Leg, Mechanism, Plan, Release
from bot.domain.releases.ledger import last_known_good
from bot.domain.verification.verification import Verdict
from bot.flows.releases.templates import LedgerTemplates
from bot.store import operations
from tests.databases import SqliteMaker
from tests.flows.releases.ledger_stage import API, PROVEN, SITE, Stage, at, minutes, staged
from tests.prometheus_twin import error, vector

MINUTE = timedelta(minutes=1)


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


def test_nothing_new_writes_nothing(stage: Stage) -> None:
    stage.look()
    before = stage.rows()
    stage.wait(minutes(3))

    assert stage.rows() == before


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
    assert (stage.live().version, at(stage.live().live_at, start)) == ("v1.5.0", 2)
    assert at(old.superseded_at, start) == 2


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


def test_half_an_hour_ready_and_no_incident_prove_it_where_nobody_measures(stage: Stage) -> None:
    stage.look()
    stage.wait(minutes(29))
    assert stage.live().verdict is None

    stage.wait(minutes(2))
    assert stage.live().verdict is Verdict.PASS
    assert stage.live().verified_at == stage.desk.at - MINUTE


def test_who_was_not_ready_begins_anew(stage: Stage) -> None:
    stage.look()
    stage.wait(minutes(20))
    stage.scale("blue", 0)
    stage.look(MINUTE)
    stage.scale("blue", 3)
    stage.until(lambda: _available(stage) >= 3)
    stage.wait(minutes(29))
    assert stage.live().verdict is None

    stage.wait(minutes(3))
    assert stage.live().verdict is Verdict.PASS


def _available(stage: Stage) -> int:
    assert stage.world.cluster is not None
    found = stage.world.cluster.deployment("production", f"{API}-blue")
    return found.available if found.replicas else 0


def test_an_incident_holds_the_proof_back(stage: Stage) -> None:
    stage.look()
    stage.wait(minutes(20))
    name = stage.desk.fire("GraphqlDown", service=API, severity="critical")
    stage.wait(minutes(15))
    assert stage.live().verdict is None

    stage.desk.api(f"resolve {name}")
    stage.wait(minutes(29))
    assert stage.live().verdict is None
    stage.wait(minutes(3))
    assert stage.live().verdict is Verdict.PASS


def test_prometheus_says_whether_it_kept_its_targets(stage: Stage) -> None:
    stage.measured()
    stage.prometheus.values = {"_bucket": vector("0.99"), "5..": vector("0.002")}
    stage.look()
    stage.wait(minutes(32))
    assert stage.live().verdict is None

    stage.prometheus.values["5.."] = vector("0.001")
    stage.wait(minutes(2))
    assert stage.live().verdict is Verdict.PASS
    assert (
        '(sum(rate(requests{service="graphql-api",color="blue",code=~"5.."}[1800s] )) or vector(0))'
        in stage.prometheus.queries()[0]
    )
    assert any('color="blue",le="0.5"}[1800s]' in query for query in stage.prometheus.queries())


@pytest.mark.parametrize("answers", [{}, {"requests": error(503, "unavailable")}])
def test_no_data_is_no_proof(
    stage: Stage, answers: dict[str, tuple[int, dict[str, object]]]
) -> None:
    stage.measured()
    stage.prometheus.values = answers
    stage.look()
    stage.wait(minutes(33))

    assert stage.prometheus.asked
    assert stage.live().verdict is None


def _operation(stage: Stage, before: str, after: str, **given: object) -> Operation:
    """An operation that goes from one colour to the other."""
    releases = {row.workload: row for row in stage.rows() if row.version in ("v1.4.2", "v1.4.1")}
    ends = [
        Release(version="", identity=releases[f"{API}-{color}"].identity, workload="", color=color)
        for color in (before, after)
    ]
    leg = Leg(component=API, mechanism=Mechanism.SWITCH, before=ends[0], after=ends[1])
    plan = Plan(kind=Kind.ROLLBACK, environment="production", legs=(leg,), steps=())
    made = Operation(
        id=0, kind=Kind.ROLLBACK, state=State.RUNNING, environment="production", incident=1,
        request=Request(), plan=plan, plan_hash=plan.digest, requested_by="slack:U1",
        requested_at=stage.desk.at, started_at=stage.desk.at,
    )  # fmt: skip
    return replace(made, **given)  # type: ignore[arg-type]  # a test names the fields it sets


def _begin(stage: Stage, operation: Operation) -> str:
    with stage.desk.db.write() as tx:
        number = operations.next_number(tx)
        operations.add(tx, replace(operation, id=number))
    return f"OP-{number}"


def _proven_then_bad(stage: Stage) -> None:
    """Green v1.4.1 proved itself, then blue v1.4.2 did too, and then an incident began."""
    stage.switch("green")
    stage.prove()
    stage.switch("blue")
    stage.prove()
    assert {row.version for row in stage.rows() if row.verdict is Verdict.PASS} == {
        "v1.4.1", "v1.4.2",
    }  # fmt: skip
    stage.desk.fire("GraphqlDown", service=API, severity="critical")


def test_what_a_rollback_turned_away_from_is_known_to_be_bad(stage: Stage) -> None:
    _proven_then_bad(stage)
    name = _begin(stage, _operation(stage, "blue", "green"))
    stage.switch("green")
    stage.look(MINUTE)

    left = next(row for row in stage.rows() if row.version == "v1.4.2" and row.live_at)
    assert left.verdict is Verdict.FAIL
    assert (stage.live().deployed_by, stage.live().version) == (name, "v1.4.1")

    later = stage.desk.at + timedelta(days=1)
    found = last_known_good(stage.rows(), at=later, now=later, proven_after=PROVEN)
    assert found is None


@pytest.mark.parametrize("given", [{"reverts": 7}, {"kind": Kind.RESTART}, {"started_at": None}])
def test_other_ways_away_from_a_release_say_nothing_against_it(
    stage: Stage, given: dict[str, object]
) -> None:
    _proven_then_bad(stage)
    _begin(stage, _operation(stage, "blue", "green", **given))
    stage.switch("green")
    stage.look(MINUTE)

    assert [row.verdict for row in stage.rows() if row.verdict] == [Verdict.PASS] * 2


def test_an_undone_rollback_brings_back_what_was_before(stage: Stage) -> None:
    _proven_then_bad(stage)
    operation = _operation(stage, "blue", "green", mode=Mode.UNDO)
    name = _begin(stage, operation)
    stage.switch("green")
    stage.look(MINUTE)
    assert stage.live().operation == ""
    stage.switch("blue")
    stage.look(MINUTE)

    assert (stage.live().version, stage.live().operation) == ("v1.4.2", name)
    assert [row.verdict for row in stage.rows() if row.verdict] == [Verdict.PASS] * 2


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
