"""Operations where people ask how things stand: the menu, `status`, and their incident."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.operations.operation import Operation, State
from bot.domain.ops_data.rollout import Rollout
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.verification.verification import Verdict
from bot.store import freezes, operations, releases
from bot.store.freezes import Freeze
from tests.domain.operations.made import operation, plan
from tests.flows.cards.desk import CATALOGUE, Desk

API = "graphql-api"
COLOURS = {"blue": f"{API}-blue", "green": f"{API}-green"}
PLAN = "OP-1 rollback of graphql-api v1.4.2 → v1.4.1 in production"
WAITS = f"{PLAN}: waits for a second operator until 03:17 UTC, asked for by @slack:U1"


@pytest.fixture(autouse=True)
def _catalogue(desk: Desk) -> Iterator[None]:
    rollout = Rollout(deployments=COLOURS, service=API, selector="color")
    rolled = replace(CATALOGUE.components[API], rollout=rollout)
    desk.catalogue = replace(CATALOGUE, components={**CATALOGUE.components, API: rolled})
    return iter(())


def asked(desk: Desk, state: State = State.AWAITING_APPROVAL, **fields: Any) -> Operation:
    """An operation on the open incident, or on one of its own."""
    open_ones = desk.api("incident list").data["items"]
    named = open_ones[0] if open_ones else desk.api('incident declare "Slow"').data
    given = {"approvals_needed": 1, "expires_at": desk.at + timedelta(minutes=10), **fields}
    with desk.db.write() as tx:
        one = operation(
            state,
            id=operations.next_number(tx),
            incident=int(named["id"].removeprefix("INC-")),
            requested_at=desk.at,
            **given,
        )
        operations.add(tx, one)
    return one


def freeze(desk: Desk, component: str = API, environment: str = "production") -> None:
    one = Freeze(
        environment=environment, component=component, operation=1, incident=1, actor="slack:U1",
        why="rolled back", at=desk.at, remind_at=desk.at + timedelta(days=1),
    )  # fmt: skip
    with desk.db.write() as tx:
        freezes.put(tx, one)


def runs(desk: Desk, version: str, color: str, live: float | None, **fields: Any) -> None:
    """Deployed an hour before traffic came to it, so many hours ago."""
    at = desk.at - timedelta(hours=live or 5)
    row = LedgerRelease(
        environment="production", component=API, workload=COLOURS[color], version=version,
        identity=version, occurrence="1", deployed_at=at - timedelta(hours=1),
        live_at=at if live else None, deployed_by="github:deploy",
    )  # fmt: skip
    with desk.db.write() as tx:
        releases.keep(tx, [replace(row, **fields)])


def told(desk: Desk, words: str) -> list[str]:
    return desk.ask(words).text.splitlines()


def test_the_menu_begins_with_what_waits_and_how_to_look(desk: Desk) -> None:
    asked(desk)

    assert told(desk, "")[:4] == [
        "1 operation waits for somebody:",
        WAITS,
        "Look: `/candlefish operation show OP-1`",
        "1 incident waiting for somebody:",
    ]
    assert [one["id"] for one in desk.api("").data["operations"]] == ["OP-1"]


def test_the_menu_tells_what_is_stuck_before_plans_and_nothing_that_runs(desk: Desk) -> None:
    asked(desk)
    asked(desk, State.RUNNING)
    asked(desk, State.AWAITING_DECISION, said="no data")
    asked(desk, State.STUCK, said="pods crash")
    asked(desk, State.STUCK, closed_at=desk.at)
    asked(desk, State.SUCCEEDED)

    lines = told(desk, "")
    assert lines[0] == "3 operations wait for somebody:"
    assert [line.split()[0] for line in lines[1:4]] == ["OP-4", "OP-3", "OP-1"]
    assert lines[4] == "Look: `/candlefish operation show OP-4`"


def test_many_are_counted(desk: Desk) -> None:
    for _ in range(7):
        asked(desk)

    assert told(desk, "")[6] == "And 2 more: `/candlefish operation list`"


def test_an_incident_tells_its_operation_in_a_line(desk: Desk) -> None:
    asked(desk)

    assert f"{WAITS}. Look: `/candlefish operation show OP-1`" in told(desk, "incident INC-1")
    shown = desk.api("incident INC-1").data["operation"]
    assert (shown["id"], shown["state"]) == ("OP-1", "awaiting_approval")
    assert [step["state"] for step in shown["plan"]["steps"]] == ["waiting"]


def test_an_incident_tells_of_the_one_that_is_open_or_else_of_the_newest(desk: Desk) -> None:
    over = {"closed_at": desk.at, "finished_at": desk.at}
    asked(desk, State.BLOCKED, said="frozen", **over)
    asked(desk, State.SUCCEEDED, **over)
    assert "OP-2 rollback of graphql-api v1.4.2 → v1.4.1 in production: succeeded 03:07 UTC" in (
        desk.ask("incident INC-1").text
    )
    asked(desk)
    asked(desk, State.CANCELLED, **over)
    assert desk.api("incident INC-1").data["operation"]["id"] == "OP-3"


def test_an_incident_without_one_tells_of_none(desk: Desk) -> None:
    desk.api('incident declare "Slow"')

    assert "OP-" not in desk.ask("incident INC-1").text
    assert desk.api("incident INC-1").data["operation"] is None


def test_status_tells_what_waits_what_runs_and_what_stands_still(desk: Desk) -> None:
    asked(desk)
    asked(desk, State.RUNNING, plan=plan("redis"), started_at=desk.at, due_at=None)
    freeze(desk)
    freeze(desk, "redis", "staging")
    lines = told(desk, "status")

    assert lines[lines.index("1 operation waits for somebody:") + 1] == WAITS
    assert lines[lines.index("1 operation under way:") + 1] == (
        "OP-2 rollback of redis v1.4.2 → v1.4.1 in production: running since 03:07 UTC, "
        "asked for by @slack:U1"
    )
    assert lines[-2:] == [
        (
            "Deploys of graphql-api stand still since 03:07 UTC by @slack:U1 (OP-1: rolled back). "
            "To let them through: `/candlefish unfreeze graphql-api`"
        ),
        (
            "Deploys of redis in staging stand still since 03:07 UTC by @slack:U1 "
            "(OP-1: rolled back). To let them through: `/candlefish unfreeze staging redis`"
        ),
    ]
    data = desk.api("status").data
    assert [one["id"] for one in data["operations"]] == ["OP-1", "OP-2"]
    assert [(one["component"], one["environment"]) for one in data["frozen"]] == [
        (API, "production"), ("redis", "staging"),
    ]  # fmt: skip


def test_a_quiet_platform_has_nothing_to_say_of_operations(desk: Desk) -> None:
    data = desk.api("status").data

    assert "operation" not in desk.ask("status").text
    assert (data["operations"], data["frozen"]) == ([], [])


def test_status_of_a_component_tells_its_colours_and_what_is_known_to_be_good(desk: Desk) -> None:
    desk.at += timedelta(days=2)
    runs(desk, "v1.4.1", "green", 30, superseded_at=desk.at - timedelta(hours=2),
         verdict=Verdict.PASS, verified_at=desk.at - timedelta(hours=29))  # fmt: skip
    runs(desk, "v1.4.2", "blue", 2, deployed_by="OP-1")

    assert told(desk, "status graphql-api")[1:4] == [
        "Blue serves v1.4.2 since 01:07 UTC, by OP-1.",
        "Green stands by with v1.4.1, deployed 01 Mar 20:07 UTC, by github:deploy.",
        (
            "Last known good: v1.4.1, proven 01 Mar 22:07 UTC. "
            "All of them: `/candlefish deploys graphql-api`"
        ),
    ]
    data = desk.api("status graphql-api").data
    assert [(one["color"], one["version"], one["live"]) for one in data["releases"]] == [
        ("blue", "v1.4.2", True), ("green", "v1.4.1", False),
    ]  # fmt: skip
    assert data["last_known_good"]["version"] == "v1.4.1"


def test_what_a_colour_carries_now_is_told_and_not_what_it_did_before(desk: Desk) -> None:
    runs(desk, "v1.4.0", "green", 30, superseded_at=desk.at - timedelta(hours=2))
    runs(desk, "v1.5.0", "green", None, deployed_by="")
    runs(desk, "v1.4.2", "blue", 2)
    lines = told(desk, "status graphql-api")

    assert lines[2].startswith("Green stands by with v1.5.0, deployed")
    assert lines[3] == "Last known good: none but what is live."


def test_a_component_whose_releases_nobody_knows_yet(desk: Desk) -> None:
    assert "Releases in production: none is known yet." in told(desk, "status graphql-api")
    assert desk.api("status graphql-api").data["last_known_good"] is None


def test_a_component_without_releases_tells_of_none(desk: Desk) -> None:
    assert "elease" not in desk.ask("status redis").text
    assert desk.api("status redis").data["releases"] == []


def test_status_of_a_component_tells_its_operation_and_its_freeze_alone(desk: Desk) -> None:
    asked(desk)
    asked(desk, plan=plan("redis"))
    freeze(desk)
    freeze(desk, "redis")
    said = desk.ask("status graphql-api").text

    assert "1 operation waits for somebody:" in said
    assert "To let them through: `/candlefish unfreeze graphql-api`" in said
    assert "unfreeze redis" not in said
    assert "OP-2" not in said


def test_words_from_the_pipeline_call_nobody(desk: Desk) -> None:
    runs(desk, "@slack:U9", "blue", 2, deployed_by="@slack:U9")

    assert "@slack:U9" not in desk.ask("status graphql-api").text
