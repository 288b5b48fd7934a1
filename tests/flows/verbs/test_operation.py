"""`operation …`: what is listed and shown, which one is meant, and what comes of a decision."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.operations import operating
from bot.domain.operations.approval import command
from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.operation import Operation, State
from bot.domain.ops_data.people import Person, Role
from bot.domain.ops_data.rollout import Rollout
from bot.flows.cards.card_view import look
from bot.flows.operations.record import existing
from bot.store import incidents, operations, steps
from bot.store.database import Conflict
from tests.domain.operations.made import operation, plan, step
from tests.flows.cards.desk import ADA, CATALOGUE, LINUS, Desk, opened

GRACE = "slack:U2"
WITH_GRACE = replace(
    CATALOGUE,
    people={
        **CATALOGUE.people,
        "grace": Person(name="grace", slack="U2", login="grace", roles=frozenset({Role.OPERATOR})),
    },
)
PLAN = plan(
    notes=("The idle colour is scaled first.",),
    steps=(step("freeze", stage=0, does="Freezes deploys"), step("switch", decisive=True)),
)


@pytest.fixture
def desk(migrated_url: str) -> Iterator[Desk]:
    with opened(migrated_url, catalogue=WITH_GRACE) as one:
        one.fire("HighErrorRate", service="graphql-api", severity="warning")
        yield one


def add(desk: Desk, state: State = State.AWAITING_APPROVAL, **fields: Any) -> Operation:
    with desk.db.write() as tx:
        made = operation(
            state, id=operations.next_number(tx), requested_at=desk.at,
            **{"plan": None if state is State.PLANNING else PLAN, "requested_by": ADA, **fields},
        )  # fmt: skip
        operations.add(tx, made)
        if made.plan:
            steps.lay_out(tx, made.id, operating.waiting(made.plan.steps))
    return made


def found(desk: Desk, number: int = 1) -> Operation:
    with desk.db.read() as tx:
        return existing(tx, number)


def approval(one: Operation) -> str:
    return f"operation approve {one.name} --plan-hash {one.plan_hash}"


def test_the_list_is_the_newest_first(desk: Desk) -> None:
    assert desk.ask("operations").text == "There is no operation yet."
    add(desk, State.PLANNING)
    add(desk)
    reply = desk.ask("operation list")
    assert reply.text.splitlines() == [
        "OP-2 rollback graphql-api: awaiting approval, asked for by @slack:U1 03:07 UTC",
        "OP-1 rollback all of production: planning, asked for by @slack:U1 03:07 UTC",
    ]
    assert [one["id"] for one in reply.data["items"]] == ["OP-2", "OP-1"]


def test_a_plan_is_shown_with_its_checks_its_steps_and_its_approval(desk: Desk) -> None:
    checks = (
        Check(code=Code.TARGET, result=Result.PASS, seen="v1.4.1"),
        Check(code=Code.SCHEMA, result=Result.BLOCK, seen="7, says @slack:U4"),
    )
    one = add(desk, checks=checks, said="a version was chosen by hand")
    reply = desk.ask("operation show")
    assert reply.text.splitlines() == [
        "OP-1 rollback of graphql-api v1.4.2 → v1.4.1: awaiting approval",
        "a version was chosen by hand",
        "Asked for by @slack:U1 03:07 UTC.",
        "graphql-api: v1.4.2 (bad) → v1.4.1 (good)",
        "The idle colour is scaled first.",
        "Checks: 1 of 2 passed.",
        "  BLOCK P4 schema: 7, says @ slack:U4",
        "  PASS P1 target: v1.4.1",
        "  1. Freezes deploys (at most 0 s)",
        "  2. Switches graphql-api to green (at most 0 s)",
        f"Plan {PLAN.digest[:12]}",
        f"Any operator lets it run: `/candlefish {command(one)}`.",
    ]
    assert reply.data["plan_hash"] == one.plan_hash


def test_the_one_that_is_open_is_meant(desk: Desk) -> None:
    assert "No operation is open." in desk.ask("operation show").text
    add(desk, State.CANCELLED)
    add(desk)
    assert desk.ask("operation show").text.startswith("OP-2 ")
    desk.fire("RedisDown", service="redis")
    add(desk, incident=2)
    which = desk.ask("operation cancel")
    assert which.status == 1
    assert which.text.startswith("2 operations are open. Which one?\n`/candlefish operation cancel")
    assert desk.ask("operation cancel INC-2").text == "OP-3 is cancelled."
    assert "There is no OP-9." in desk.ask("operation show OP-9").text


def test_an_approval_says_what_it_is_for(desk: Desk) -> None:
    one = add(desk, approvals_needed=1)
    bare = desk.ask("approve OP-1", by=GRACE)
    assert bare.status == 2
    ready = f"operation approve OP-1 --plan-hash {PLAN.digest[:12]}"
    assert bare.text.endswith(f"If it is: `/candlefish {ready}`")
    done = desk.ask(ready, by=GRACE)
    assert done.text == (
        "OP-1 is approved and starts now: rollback of graphql-api v1.4.2 → v1.4.1."
    )
    assert (found(desk).state, found(desk).approved_by) == (State.APPROVED, GRACE)
    again = desk.ask(approval(one), by=GRACE)
    assert (again.status, "approved by @slack:U2 already" in again.text) == (1, True)


@pytest.mark.parametrize(
    ("by", "fields", "words", "said"),
    [
        (ADA, {"approvals_needed": 1}, "", "needs a second person, and you asked for it yourself"),
        (LINUS, {}, "", "needs the role operator; yours is responder"),
        (GRACE, {"expires_at": -60}, "", "ran out 1 min ago"),
        (GRACE, {}, "operation approve OP-1 --plan-hash 000000000000", "not the one you saw"),
        (GRACE, {}, "operation approve OP-1 --plan-hash f", "A plan hash is 12"),
        (GRACE, {"state": State.EXPIRED}, "", "ran out before anybody approved it"),
        (GRACE, {"state": State.CANCELLED}, "", "was cancelled"),
        (GRACE, {"state": State.DRY_RUN}, "", "only shows its plan"),
        (GRACE, {"state": State.BLOCKED, "said": "P2 image: gone"}, "", "blocked: P2 image: gone"),
        (GRACE, {"state": State.RUNNING, "approved_by": ADA}, "", "already: it is running"),
    ],
)
def test_what_cannot_be_approved_is_refused_in_words_and_nothing_is_done(
    desk: Desk, by: str, fields: dict[str, Any], words: str, said: str
) -> None:
    given = dict(fields)
    if "expires_at" in given:
        given["expires_at"] = desk.at + timedelta(seconds=given["expires_at"])
    one = add(desk, given.pop("state", State.AWAITING_APPROVAL), **given)
    before = found(desk)
    reply = desk.ask(words or approval(replace(one, plan_hash=PLAN.digest)), by=by)
    assert (reply.status, said in reply.text) == (1, True), reply.text
    assert found(desk) == before


@pytest.mark.parametrize(
    ("state", "words", "said", "after"),
    [
        (State.PLANNING, "cancel", "OP-1 is cancelled.", State.CANCELLED),
        (State.AWAITING_APPROVAL, "cancel", "OP-1 is cancelled.", State.CANCELLED),
        (State.RUNNING, "cancel", "OP-1 is asked to stop.", State.RUNNING),
        (State.RUNNING, "revert", "OP-1 is to be undone.", State.RUNNING),
        (State.AWAITING_DECISION, "revert", "OP-1 is undoing.", State.UNDOING),
        (State.AWAITING_DECISION, "close", "OP-1 is succeeded.", State.SUCCEEDED),
        (State.STUCK, "close", "OP-1 is stuck.", State.STUCK),
    ],
)
def test_a_decision_says_what_became_of_it(
    desk: Desk, state: State, words: str, said: str, after: State
) -> None:
    add(desk, state, switched_at=desk.at if words == "revert" else None)
    reply = desk.ask(f'operation {words} OP-1 "as agreed"', by=GRACE)
    assert (reply.status, reply.text) == (0, said)
    assert found(desk).state is after
    told = desk.story("INC-1")[-1]
    assert (told.actor, "as agreed" in told.text) == (GRACE, True)


@pytest.mark.parametrize(
    ("state", "words", "said"),
    [
        (State.CANCELLED, "cancel", "OP-1 is over"),
        (State.UNDOING, "revert", "being undone already"),
        (State.FAILED, "revert", "there is nothing to undo"),
        (State.RUNNING, "close", "only a stuck or undecided one is closed"),
        (State.UNDONE, "close", "OP-1 is over"),
    ],
)
def test_a_decision_that_comes_too_late_is_refused(
    desk: Desk, state: State, words: str, said: str
) -> None:
    add(desk, state)
    before = found(desk)
    reply = desk.ask(f"operation {words} OP-1", by=GRACE)
    assert (reply.status, said in reply.text) == (1, True), reply.text
    assert found(desk) == before


def test_what_is_done_is_reverted_by_a_new_one_back_to_where_it_came_from(desk: Desk) -> None:
    rolled = replace(
        WITH_GRACE.components["graphql-api"],
        namespace={"production": "production"},
        rollout=Rollout(deployments={"": "graphql-api"}),
    )
    desk.catalogue = replace(
        WITH_GRACE, components={**WITH_GRACE.components, "graphql-api": rolled}
    )
    add(desk, State.SUCCEEDED)
    reply = desk.ask("operation revert OP-1", by=GRACE)
    assert reply.text == (
        "OP-1 is done, so OP-2 was asked for to go back. "
        "`/candlefish operation show OP-2` shows its plan."
    )
    back = found(desk, 2)
    assert (back.state, back.reverts) == (State.PLANNING, 1)
    assert back.request.target == {"graphql-api": "bad"}


def test_decisions_are_free_however_much_was_asked_for(migrated_url: str) -> None:
    with opened(migrated_url, catalogue=WITH_GRACE, generous=False) as desk:
        desk.fire("HighErrorRate", service="graphql-api")
        replies = []
        for number in range(1, 9):
            add(desk)
            on_the_card = {"place": None, "incident": "INC-1"} if number % 2 else {}
            replies.append(desk.ask(f"operation cancel OP-{number}", **on_the_card))
        assert [reply.status for reply in replies] == [0] * 8


def test_operations_go_with_the_alerts_to_the_incident_that_is_left(desk: Desk) -> None:
    desk.fire("RedisDown", service="redis")
    over = add(desk, State.SUCCEEDED, incident=2, closed_at=desk.at)
    running = add(desk, State.RUNNING, incident=2)
    waiting = add(desk, incident=2)
    late = operating.moved(running, desk.at, said="decided on before the merge")

    reply = desk.ask("incident merge INC-2 INC-1")

    assert reply.text.endswith(f"\n{running.name} and {waiting.name} came with it.")
    with desk.db.read() as tx:
        both = incidents.by_numbers(tx, (1, 2))
        shown, left = (look(tx, both[n], WITH_GRACE, "", desk.at).operations for n in (1, 2))
    assert [view.operation.id for view in shown] == [running.id, waiting.id, over.id]
    assert left == []
    assert [entry.text for entry in desk.story("INC-1")[-2:]] == [
        f"{running.name}: came with INC-2",
        f"{waiting.name}: came with INC-2",
    ]
    with desk.db.write() as tx, pytest.raises(Conflict):
        operations.replace(tx, late.operation, decided_on=late.decided_on)
    assert desk.ask(approval(found(desk, waiting.id)), by=GRACE).status == 0
    assert desk.story("INC-1")[-1].text.startswith(f"{waiting.name}: approved")


@pytest.mark.parametrize(
    ("state", "move"),
    [
        (State.RUNNING, "To stop it: `/candlefish operation cancel OP-1`."),
        (State.FAILED, "To ask for it again: `/candlefish rollback production`."),
        (State.EXPIRED, "To ask for it again: `/candlefish rollback production`."),
        (State.SUCCEEDED, "To go back: `/candlefish operation revert OP-1`."),
    ],
)
def test_whatever_becomes_of_it_the_next_move_is_said(desk: Desk, state: State, move: str) -> None:
    add(desk, state)
    assert desk.ask("operation show OP-1").text.splitlines()[-1] == move
