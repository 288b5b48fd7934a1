"""The ledger loop says which releases have proven themselves."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.verification.verification import Verdict
from bot.store import releases
from tests.databases import SqliteMaker
from tests.flows.releases.ledger_stage import API, Stage, minutes, staged
from tests.prometheus_twin import error, vector

MINUTE = timedelta(minutes=1)


@pytest.fixture
def stage(sqlite_maker: SqliteMaker, tmp_path: Path) -> Iterator[Stage]:
    with staged(sqlite_maker, tmp_path) as one:
        yield one


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


def test_what_failed_and_was_kept_proves_itself_by_serving_well_again(stage: Stage) -> None:
    stage.look()
    stage.prove()
    with stage.desk.db.write() as tx:
        assert releases.fail(tx, "production", API, stage.live().identity, stage.desk.at)
    stage.wait(minutes(29))
    assert stage.live().verdict is Verdict.FAIL

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
