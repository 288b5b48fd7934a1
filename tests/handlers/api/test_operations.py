"""Operations as JSON: every promised field, pages without gaps, words for what cannot be."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.operation import State, StepState
from tests.domain.operations.made import unseen
from tests.handlers.api.test_incidents import UTC_TIME, walk
from tests.handlers.operations import PLAN, asked, ended, planned, running, stepped, waiting
from tests.handlers.web.rig import Rig

PROMISED = {
    "id", "kind", "state", "incident", "environment", "components", "plan", "plan_hash",
    "approvals_needed", "requested_by", "approved_by", "started_at", "finished_at", "verdict",
}  # fmt: skip
CHECKS = (Check(code=Code.BLAST_RADIUS, result=Result.WARN, seen="2 depend on it"),)


def test_a_run_has_every_promised_field_and_its_steps(rig: Rig) -> None:
    name = rig.fire()
    one = planned(rig.bot, asked(rig.bot).id, checks=CHECKS)
    assert rig.get("/operations/OP-1")["next_move"].startswith("A second operator lets it run")
    approve = f"operation approve OP-1 --plan-hash {PLAN.digest}"
    assert rig.command(approve, actor="cli:grace").status == 0
    running(rig.bot, 1)
    stepped(rig.bot, 1, "freeze")

    told = rig.get("/operations/OP-1")
    assert told.keys() >= PROMISED
    assert (told["id"], told["kind"], told["state"]) == ("OP-1", "rollback", "running")
    assert (told["incident"], told["environment"]) == (name, "production")
    assert told["components"] == ["graphql-api"]
    assert told["plan_hash"] == one.plan_hash
    assert (told["approvals_needed"], told["verdict"]) == (1, None)
    assert (told["requested_by"], told["approved_by"]) == ("slack:U1", "cli:grace")
    freeze, switch = told["plan"]["steps"]
    assert freeze.keys() >= {"name", "state", "text", "started_at", "finished_at"}
    assert (freeze["state"], freeze["text"]) == ("done", "Freezes deploys")
    assert UTC_TIME.fullmatch(freeze["started_at"])
    assert freeze["started_at"] < freeze["finished_at"]
    assert (switch["state"], switch["started_at"], switch["seconds"]) == ("waiting", None, 30)
    assert told["checks"] == [
        {"code": "P10 reach", "component": "", "result": "WARN", "seen": "2 depend on it"}
    ]
    for field in ("requested_at", "started_at", "due_at"):
        assert UTC_TIME.fullmatch(told[field])
    assert told["next_move"] == "To stop it: `candlefish operation cancel OP-1`"
    assert rig.get("/operations")["items"] == [told]
    assert rig.command("operation list").data["items"] == [told]
    stopping = rig.command("operation cancel OP-1", actor="cli:grace").data
    assert [step["state"] for step in stopping["plan"]["steps"]] == ["done", "waiting"]


def test_a_leg_tells_what_goes_where_and_how_both_came(rig: Rig) -> None:
    rig.fire()
    links = {"graphql-api": "https://git.example/api/commit/2b"}
    planned(rig.bot, asked(rig.bot).id, made=replace(PLAN, legs=(unseen(),), links=links))

    told = rig.get("/operations/OP-1")
    (leg,) = told["plan"]["legs"]
    assert (leg["from"]["version"], leg["to"]["version"]) == ("v1.4.2", "v1.4.1")
    assert leg["came"]["by"] == "ci"
    assert UTC_TIME.fullmatch(leg["came"]["until"])
    assert leg["came"]["at"] < leg["came"]["until"]
    assert leg["made"]["until"] is None
    assert leg["changes"] == "https://git.example/api/commit/2b"


def test_a_failed_step_says_what_was_seen(rig: Rig) -> None:
    rig.fire()
    waiting(rig.bot)
    stepped(rig.bot, 1, "switch", StepState.FAILED)
    _, switch = rig.get("/operations/OP-1")["plan"]["steps"]
    assert (switch["state"], switch["seen"]) == ("failed", "switch was looked at")


def test_one_being_planned_has_no_plan(rig: Rig) -> None:
    rig.fire()
    asked(rig.bot)
    told = rig.get("/operations/op-1")
    assert (told["state"], told["plan"], told["plan_hash"]) == ("planning", None, None)


@pytest.fixture(scope="module")
def nine(still: Rig) -> Rig:
    """OP-1 to OP-9: the first three cancelled, one of them of another incident."""
    still.fire("RedisDown")
    for number in range(1, 10):
        asked(still.bot, 2 if number == 3 else 1)
        if number < 4:
            still.command(f"operation cancel OP-{number}", role="admin")
    return still


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, [9, 8, 7, 6, 5, 4, 3, 2, 1]),
        ({"state": "cancelled"}, [3, 2, 1]),
        ({"state": ["planning,cancelled"], "incident": "INC-2"}, [3]),
        ({"incident": "inc-2", "state": "planning"}, []),
        ({"kind": "rollback", "state": "cancelled"}, [3, 2, 1]),
        ({"kind": "restart,scale"}, []),
    ],
)
@pytest.mark.parametrize("limit", [2, 200])
def test_lists(nine: Rig, wanted: dict[str, Any], names: list[int], limit: int) -> None:
    found = walk(nine, "/operations", limit=limit, **wanted)
    assert [one["id"] for one in found] == [f"OP-{number}" for number in names]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("state=done", "state should be out of planning, blocked, "),
        ("kind=rotate", "kind should be out of rollback, "),
        ("incident=latest", "incident should be one incident's name"),
        ("limit=201", "limit should be a number from 1 to 200"),
        ("cursor=aW5jaWRlbnRzOjE", "cursor should be the next_cursor"),
    ],
)
def test_wrong_questions_are_answered_with_what_is_right(nine: Rig, query: str, said: str) -> None:
    answer = nine.client.get(f"/api/v1/operations?{query}", headers=nine.bearer())
    assert answer.status_code == 422
    assert said in answer.json()["error"]


@pytest.mark.parametrize("name", ["OP-99", "INC-1", "latest"])
def test_there_is_none_of_that_name(nine: Rig, name: str) -> None:
    answer = nine.client.get(f"/api/v1/operations/{name}", headers=nine.bearer())
    assert answer.status_code == 404
    assert "There is no" in answer.json()["error"]


@pytest.mark.parametrize("path", ["/operations", "/operations/OP-1"])
def test_no_token_no_operation(nine: Rig, path: str) -> None:
    assert nine.client.get(f"/api/v1{path}").status_code == 401
    assert nine.client.get(f"/api/v1{path}", headers=nine.bearer("x")).status_code == 401


def test_the_end_is_told(rig: Rig) -> None:
    rig.fire()
    waiting(rig.bot, by="cli:linus")
    approve = f"operation approve OP-1 --plan-hash {PLAN.digest}"
    assert rig.command(approve).status == 0
    running(rig.bot, 1)
    ended(rig.bot, 1, State.STUCK, "the switch could not be read back")
    told = rig.get("/operations/OP-1")
    assert (told["state"], told["closed_at"]) == ("stuck", None)
    assert told["said"] == "the switch could not be read back"
    assert "operation close OP-1" in told["next_move"]
