"""What the ledger loop learns of a release from the operations that leave it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.operations.operation import Mode, Operation, Request, State
from bot.domain.operations.plan import Kind, Leg, Mechanism, Plan, Release
from bot.domain.releases.ledger import last_known_good
from bot.domain.verification.verification import Verdict
from bot.store import operations
from tests.databases import SqliteMaker
from tests.flows.releases.ledger_stage import API, PROVEN, Stage, staged

MINUTE = timedelta(minutes=1)


@pytest.fixture
def stage(sqlite_maker: SqliteMaker, tmp_path: Path) -> Iterator[Stage]:
    with staged(sqlite_maker, tmp_path) as one:
        yield one


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
