"""An operation in a line, and which of them wait for somebody."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.operations.line import (
    NEEDING,
    OPEN,
    concerns,
    leg_story,
    needing,
    operation_line,
    step_lines,
)
from bot.domain.operations.operation import ENDED, Request, State
from bot.domain.operations.plan import Kind, Origin, Plan
from bot.domain.ops_data.people import Role
from tests.domain.operations.made import NOW, leg, operation, plan, traced

SOON = NOW + timedelta(minutes=10)
BY = ", asked for by @slack:U1"
ROLLBACK = "OP-7 rollback of graphql-api v1.4.2 → v1.4.1 in production"


def test_a_leg_s_story_has_digests_ages_people_and_what_changed() -> None:
    assert leg_story(traced(), "https://git.example/compare/1a...2b", NOW) == (
        "graphql-api: v1.4.2 (1a2b3c4d5e6f) came 12 min ago by ci → v1.4.1 (good) came 3 d ago "
        "by OP-3; changes: https://git.example/compare/1a...2b"
    )
    unseen = Origin(at=NOW - timedelta(minutes=40), until=NOW)
    assert "(bad) came at most 40 min ago →" in leg_story(replace(leg(), came=unseen), "", NOW)
    assert leg_story(leg(), "", NOW) == "graphql-api: v1.4.2 (bad) → v1.4.1 (good)"


def line(state: State, **fields: object) -> str:
    return operation_line(operation(state, **fields), NOW)


@pytest.mark.parametrize(
    ("state", "fields", "told"),
    [
        (
            State.AWAITING_APPROVAL,
            {"expires_at": SOON, "approvals_needed": 1},
            "waits for a second operator until 03:10 UTC",
        ),
        (
            State.AWAITING_APPROVAL,
            {"expires_at": SOON, "approver_role": Role.RESPONDER},
            "waits for one responder until 03:10 UTC",
        ),
        (State.APPROVED, {}, "approved, starting"),
        (
            State.RUNNING,
            {"started_at": NOW, "due_at": SOON},
            "running since 03:00 UTC, due by 03:10 UTC",
        ),
        (State.UNDOING, {"started_at": NOW}, "being undone since 03:00 UTC"),
        (State.AWAITING_DECISION, {"said": "no data"}, "undecided: no data"),
        (State.STUCK, {"said": "pods crash", "finished_at": NOW}, "stuck 03:00 UTC: pods crash"),
        (State.SUCCEEDED, {"said": "all done", "finished_at": NOW}, "succeeded 03:00 UTC"),
        (State.FAILED, {"said": "HTTP 403", "finished_at": NOW}, "failed 03:00 UTC: HTTP 403"),
    ],
)
def test_how_it_stands(state: State, fields: dict[str, object], told: str) -> None:
    assert line(state, **fields) == f"{ROLLBACK}: {told}{BY}"


def test_before_its_plan_it_is_about_what_was_asked_for() -> None:
    one = operation(kind=Kind.SCALE, request=Request(components=("api",), replicas=4))
    assert operation_line(one, NOW) == f"OP-7 scale of api to 4 in production: being planned{BY}"
    assert line(State.PLANNING) == (
        f"OP-7 rollback of all that there is in production: being planned{BY}"
    )


def test_of_many_components_a_few_are_told() -> None:
    many: Plan = plan("a", "b", "c", "d", "e")
    told = line(State.APPROVED, plan=many)
    assert "c v1.4.2 → v1.4.1, 2 others in production" in told


def test_others_words_call_nobody() -> None:
    assert "@slack:U9" not in line(State.STUCK, said="ask @slack:U9")


def test_what_waits_for_somebody_the_most_urgent_first() -> None:
    every = [operation(state, id=number) for number, state in enumerate(State, start=1)]
    closed = replace(operation(State.STUCK, id=99), closed_at=NOW)

    assert [one.state for one in needing([*every, closed])] == list(NEEDING)


def test_every_state_is_open_or_over() -> None:
    over = ENDED - {State.STUCK}
    assert sorted([*OPEN, *over]) == sorted(State)


def test_what_it_concerns() -> None:
    assert concerns(operation(State.RUNNING), "graphql-api")
    assert not concerns(operation(State.RUNNING), "redis")
    assert concerns(operation(), "redis")  # nobody knows yet what it will be about


def test_a_step_is_read_with_its_time_and_all_that_is_known_of_it() -> None:
    assert step_lines(
        2, "Switches the traffic", 30, touches="a selector", check="", undo="back"
    ) == [
        "  2. Switches the traffic (at most 30 s)",
        "     touches: a selector; undo: back",
    ]
    assert step_lines(1, "Waits", 60, undo="") == ["  1. Waits (at most 60 s)"]
