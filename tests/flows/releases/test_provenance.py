"""Another release serves: who did it, and who must hear of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.incidents.timeline import Kind as Told
from bot.domain.operations.operation import Operation, Request, State
from bot.domain.operations.plan import Kind, Leg, Mechanism, Plan, Release
from bot.store import freezes, locks, operations
from bot.store.freezes import Freeze
from tests.databases import SqliteMaker
from tests.flows.releases.ledger_stage import API, SITE, Stage, staged

MINUTE = timedelta(minutes=1)


@pytest.fixture
def stage(sqlite_maker: SqliteMaker, tmp_path: Path) -> Iterator[Stage]:
    with staged(sqlite_maker, tmp_path) as one:
        one.look()
        yield one


def _incident(stage: Stage, component: str = API) -> str:
    return str(stage.desk.api(f'incident declare "Slow" --component {component}').data["id"])


def _told(stage: Stage, incident: str) -> list[str]:
    return [one.text for one in stage.desk.story(incident) if one.kind is Told.DEPLOY]


def _switched(stage: Stage, color: str = "green") -> None:
    stage.switch(color)
    stage.look(MINUTE)


def _rollback(stage: Stage, state: State) -> Operation:
    """One of ours that goes from blue to green."""
    ends = {
        row.workload.removeprefix(f"{API}-"): row.identity
        for row in stage.rows()
        if row.version in ("v1.4.2", "v1.4.1")
    }
    before, after = (
        Release(version="", identity=ends[color], workload="", color=color)
        for color in ("blue", "green")
    )
    leg = Leg(component=API, mechanism=Mechanism.SWITCH, before=before, after=after)
    plan = Plan(kind=Kind.ROLLBACK, environment="production", legs=(leg,), steps=())
    made = Operation(
        id=0, kind=Kind.ROLLBACK, state=state, environment="production", incident=1,
        request=Request(), plan=plan, plan_hash=plan.digest, requested_by="slack:U1",
        requested_at=stage.desk.at, started_at=stage.desk.at,
    )  # fmt: skip
    with stage.desk.db.write() as tx:
        number = operations.next_number(tx)
        operations.add(tx, replace(made, id=number))
    return replace(made, id=number)


def test_somebody_s_own_rollback_is_told_on_the_open_incident(stage: Stage) -> None:
    name = _incident(stage)
    _switched(stage)

    assert _told(stage, name) == [
        (
            f"{API} serves another release now: v1.4.2 → v1.4.1, deployed by github:deploy, "
            "not by Candlefish"
        )
    ]
    assert stage.desk.story(name)[-1].data == {"component": API, "from": "v1.4.2", "to": "v1.4.1"}
    stage.look(MINUTE)
    assert len(_told(stage, name)) == 1
    assert stage.heard == 1


def test_other_components_incidents_and_ended_ones_hear_nothing(stage: Stage) -> None:
    other, ended = _incident(stage, "docs-site"), _incident(stage)
    stage.desk.api(f"resolve {ended}")
    _switched(stage)

    assert (_told(stage, other), _told(stage, ended)) == ([], [])


def test_what_an_operation_of_ours_did_it_tells_itself(stage: Stage) -> None:
    name = _incident(stage)
    _rollback(stage, State.SUCCEEDED)
    _switched(stage)

    assert _told(stage, name) == []


def test_what_somebody_does_after_ours_is_over_is_not_ours(stage: Stage) -> None:
    name = _incident(stage)
    ours = _rollback(stage, State.FAILED)
    with stage.desk.db.write() as tx:
        ended = replace(ours, closed_at=stage.desk.at)
        operations.replace(tx, ended, decided_on=ours.version)
    stage.wait(MINUTE)
    _switched(stage)

    assert len(_told(stage, name)) == 1
    assert stage.live().operation == ""


def test_while_one_of_ours_is_at_work_it_tells_what_happens(stage: Stage) -> None:
    name = _incident(stage)
    ours = replace(_rollback(stage, State.RUNNING), plan=None)
    with stage.desk.db.write() as tx:
        operations.replace(tx, ours, decided_on=ours.version)
        locks.take(tx, ours.id, "production", (API,), stage.desk.at)
    _switched(stage)

    assert _told(stage, name) == []


def test_a_deploy_that_breaks_a_freeze_is_told_so(stage: Stage) -> None:
    name = _incident(stage, "docs-site")
    ours = _rollback(stage, State.SUCCEEDED)
    freeze = Freeze(
        environment="production", component="docs-site", operation=ours.id, incident=1,
        actor="slack:U1", why="x", at=stage.desk.at, remind_at=stage.desk.at + timedelta(days=1),
    )  # fmt: skip
    with stage.desk.db.write() as tx:
        freezes.put(tx, freeze)
    stage.netlify.ship(SITE, "v1.5.0")
    stage.look(MINUTE)

    assert _told(stage, name) == [
        (
            "docs-site serves another release now: v1.4.2 → v1.5.0, nobody said by whom, "
            "not by Candlefish, while its deploys are frozen"
        )
    ]


def test_the_same_release_started_anew_is_no_other_one(stage: Stage) -> None:
    name = _incident(stage)
    stage.restart("blue")
    stage.look(MINUTE)

    assert stage.live().version == "v1.4.2"
    assert _told(stage, name) == []
