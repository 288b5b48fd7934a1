"""An operation on the card: what it says and offers in every state."""

import re
from dataclasses import replace
from typing import Any

import pytest

from bot.cards.actions import Decided, decision_about
from bot.cards.incident import card
from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.operation import Operation, Request, State, Stop
from bot.domain.operations.plan import Kind
from bot.domain.verification.verification import Verdict
from tests.cards.cases import BASE_URL, all_texts, texts
from tests.cards.operation_cases import DONE, PLAN, RUNNING, WAITING, view, words
from tests.domain.operations.made import NOW, leg, operation, plan, traced


def pressed(one: Operation) -> dict[str, Any]:
    """The buttons of the operation by their labels."""
    rows = [block for block in card(view(one)).blocks if block["type"] == "actions"]
    return {each["text"]["text"]: each for row in rows[:-1] for each in row["elements"]}


def test_a_plan_is_read_before_it_runs() -> None:
    found = words(WAITING)
    for said in (
        f"*<{BASE_URL}/incidents/INC-7#OP-7|OP-7>* rollback of graphql-api v1.4.2",
        " → v1.4.1 in production\n",
        "*Waits for a second operator to approve it* until <!date^1795403400^{time}|",
        "a version was chosen by hand",
        "asked for by <@U1> <!date^1795402800^",
        "The idle colour is scaled first.",
        "Checks: 1 of 4 passed\n⛔ *BLOCK* P4 schema (graphql-api): 7 is not 6\n❔ *UNKNOWN* P2",
        "⚠️ *WARN* P10 reach: 2 depend on it\n✓ P1 target: v1.4.1",
        "1. Freezes deploys (at most 15 s)\n      _undo:_ stays",
        "2. Scales green (at most 60 s)\n      _touches_ one HPA; _undo:_ put back",
        "3. Switches to green (at most 100 s)\n      _checked:_ only green",
        f"`/candlefish operation approve OP-7 --plan-hash {PLAN.digest[:12]}`",
    ):
        assert said in found


def test_a_leg_has_its_digests_who_brought_it_when_and_a_link_to_what_changed() -> None:
    there = "https://git.example/api/compare/1a...2b"
    traced_plan = plan(legs=(traced(),), steps=PLAN.steps, links={"graphql-api": there})
    shown = replace(view(replace(WAITING, plan=traced_plan)), hosts={"git.example"})
    assert (
        "graphql-api: v1.4.2 `1a2b3c4d5e6f` came <!date^1795402080^{date_short_pretty} {time}|"
        "2026-11-23 02:48 UTC> by ci → v1.4.1 `good` came <!date^1795143600^"
        "{date_short_pretty} {time}|2026-11-20 03:00 UTC> by OP-3 · "
        f"<{there}|what changed>\n"
    ) in f"{all_texts(card(shown))}\n"
    assert there not in all_texts(card(replace(shown, hosts=())))


def test_of_eight_components_every_cause_is_told_and_what_passed_is_named() -> None:
    names = [f"component-{number}" for number in range(8)]
    seen = {
        Code.TARGET: "v1.{}.2 (blue) → v1.4.1 (green); it served well for 3 h 5 min",
        Code.SUSPECT: "v1.{}.2 (blue) came 4 min before the trouble began: a likely cause",
        Code.RESTORE_POINT: "its backups reach to a minute ago: no wait",
        Code.REFERENCES: "all that its template names is there",
    }
    checks = [
        Check(code=code, result=Result.PASS, seen=words.format(number), component=name)
        for number, name in enumerate(names)
        for code, words in seen.items()
    ]
    checks[-1] = replace(checks[-1], result=Result.WARN, seen="a map is missing")
    one = replace(WAITING, plan=plan(*names, steps=PLAN.steps), checks=tuple(checks))

    (found,) = [text for text in texts(card(view(one)).blocks, "mrkdwn") if "Checks:" in text]

    lines = found.splitlines()
    assert lines[:2] == [
        "Checks: 31 of 32 passed, among them P3 configuration (7 of 8)",
        "⚠️ *WARN* P3 configuration (component-7): a map is missing",
    ]
    for line, code in zip(lines[2:4], (Code.TARGET, Code.SUSPECT), strict=True):
        each = [f"{name}: {seen[code].format(number)}" for number, name in enumerate(names)]
        assert line == f"✓ {code}: {'; '.join(each)}"
    together = f"{', '.join(names)}: {seen[Code.RESTORE_POINT]}"
    assert lines[4:] == [f"✓ {Code.RESTORE_POINT}: {together}"]


def test_the_approval_asks_again_with_the_plan_in_words_and_is_bound_to_its_hash() -> None:
    found = pressed(WAITING)
    assert list(found) == ["Approve", "Cancel"]
    approve = found["Approve"]
    assert approve["style"] == approve["confirm"]["style"] == "danger"
    assert approve["confirm"]["text"]["text"] == (
        "graphql-api v1.4.2 → v1.4.1. 3 steps: Freezes deploys; Scales green; Switches to green. "
        f"At most 2 min 55 s. Plan {PLAN.digest[:12]}."
    )
    assert decision_about(approve["value"]) == Decided("OP-7", "INC-7", PLAN.digest)
    assert decision_about(found["Cancel"]["value"]) == Decided("OP-7", "INC-7")


@pytest.mark.parametrize("value", ["", "OP-7", "INC-7", "OP-7 INC-7 --force", "OP-0 INC-1", "ack"])
def test_no_other_value_is_a_decision(value: str) -> None:
    assert decision_about(value) is None


@pytest.mark.parametrize(
    ("state", "fields", "labels"),
    [
        (State.PLANNING, {}, ["Cancel"]),
        (State.APPROVED, {}, ["Cancel"]),
        (State.RUNNING, {}, ["Cancel"]),
        (State.RUNNING, {"switched_at": NOW}, ["Revert"]),
        (State.RUNNING, {"stop": Stop(actor="cli:ada", at=NOW)}, []),
        (State.UNDOING, {}, []),
        (State.AWAITING_DECISION, {}, ["Keep it", "Revert", "Next good release"]),
        (State.AWAITING_DECISION, {"kind": Kind.RESTART}, ["Keep it", "Revert"]),
        (State.STUCK, {}, ["It is put right"]),
        *((state, {"closed_at": NOW}, []) for state in State),
    ],
)
def test_what_can_be_decided(state: State, fields: dict[str, Any], labels: list[str]) -> None:
    found = pressed(operation(state, **fields))
    assert list(found) == labels
    assert all(each["confirm"]["text"]["text"] for each in found.values())


@pytest.mark.parametrize(
    ("kind", "state", "words"),
    [
        (Kind.ROLLBACK, State.PLANNING, "Nothing was done yet, and nothing will be."),
        (Kind.ROLLBACK, State.RUNNING, "it ends on what served before"),
        (Kind.SCALE, State.RUNNING, "it ends on the count that was before"),
        (Kind.RESTART, State.RUNNING, "Kubernetes replaces the pods all the same"),
        (Kind.FREEZE, State.RUNNING, "What was done of it stays"),
        (Kind.UNFREEZE, State.APPROVED, "What was done of it stays"),
    ],
)
def test_cancel_promises_no_way_back_that_there_is_not(
    kind: Kind, state: State, words: str
) -> None:
    cancel = pressed(operation(state, kind=kind))["Cancel"]
    assert words in cancel["confirm"]["text"]["text"]


def test_what_is_done_keeps_its_way_back_while_it_is_watched() -> None:
    done = operation(State.SUCCEEDED, closed_at=NOW, said="done after 41 s")
    shown = view(done)
    watched = replace(shown, operations=[replace(shown.operations[0], leads_back=True)])
    rows = [block for block in card(watched).blocks if block["type"] == "actions"]
    (revert,) = rows[0]["elements"]
    assert revert["text"]["text"] == "Revert"
    assert decision_about(revert["value"]) == Decided("OP-7", "INC-1")
    assert "is planned. It waits for approval" in revert["confirm"]["text"]["text"]
    assert pressed(done) == {}


@pytest.mark.parametrize(
    ("state", "said", "next_move"),
    [
        (State.BLOCKED, "⛔ *Blocked*: why it is so", "`/candlefish rollback production`"),
        (State.EXPIRED, "⌛ *Expired*: why it is so", "`/candlefish rollback production`"),
        (State.CANCELLED, "🚫 *Cancelled*: why it is so", "`/candlefish rollback production`"),
        (State.FAILED, "❌ *Failed*: why it is so", "`/candlefish rollback production`"),
        (State.UNDONE, "↩️ *Undone*: why it is so", "`/candlefish rollback production`"),
        (State.SUCCEEDED, "✅ *Succeeded*: why it is so", "`/candlefish operation revert OP-7`"),
        (State.DRY_RUN, "👀 *Dry run*: why it is so", "`/candlefish rollback production`"),
    ],
)
def test_an_end_says_why_and_the_next_move(state: State, said: str, next_move: str) -> None:
    found = words(operation(state, said="why it is so", closed_at=NOW))
    assert said in found
    assert next_move in found


def test_the_verdict_and_what_it_rests_on() -> None:
    seen = {"graphql-api": "0 of 400 requests failed"}
    running = replace(RUNNING, results=seen, switched_at=NOW)
    assert "graphql-api: 0 of 400 requests failed" in words(running, DONE, DONE, DONE)
    over = operation(State.SUCCEEDED, verdict=Verdict.PASS_SYNTHETIC, results=seen, closed_at=NOW)
    assert "Verdict: *pass, by probes alone*\ngraphql-api: 0 of 400" in words(over)


@pytest.mark.parametrize(
    ("state", "said", "left"),
    [
        (State.SUCCEEDED, "done after 41 s: {}; {}", "*Succeeded*: done after 41 s\n"),
        (
            State.SUCCEEDED,
            "done after 41 s: {1}; {0}; when @slack:U1 asked to stop, all was done already",
            "*Succeeded*: done after 41 s; when @ada asked to stop, all was done already\n",
        ),
        (
            State.UNDONE,
            "undone after 41 s: clearly worse than before, so it was undone. {}; {}",
            "*Undone*: undone after 41 s: clearly worse than before, so it was undone.\n",
        ),
        (
            State.AWAITING_DECISION,
            "a person must decide: keep it or revert it: {}; {}",
            "*Undecided*: a person must decide: keep it or revert it\n",
        ),
    ],
)
def test_what_was_seen_is_told_once_under_the_verdict(state: State, said: str, left: str) -> None:
    seen = {"graphql-api": "it does well (0 of 400)", "docs": "too few (0 of 400)"}
    quoted = [f"{name}: {words}" for name, words in seen.items()]
    one = operation(state, said=said.format(*quoted), verdict=Verdict.PASS, results=seen, plan=PLAN)

    found = words(one, DONE, DONE, DONE)

    assert left in found
    assert all(found.count(each) == 1 for each in quoted)
    assert found.count("Verdict: ") == 1


def test_why_it_failed_is_not_told_again_as_its_result() -> None:
    one = operation(
        State.FAILED, plan=PLAN, closed_at=NOW, results={"graphql-api": "switch: the API says no"},
        said="failed, and nothing stays changed: Switches to green: the API says no",
    )  # fmt: skip
    assert words(one).count("the API says no") == 1
    assert "*Failed*: nothing stays changed: Switches to green" in words(one)
    other = replace(one, results={"graphql-api": "switch: the API says no", "docs": "scale: done"})
    assert "docs: scale: done" in words(other)


def test_special_requests_are_said() -> None:
    assert "on from OP-3" in words(replace(WAITING, request=Request(follows=3)))
    forced = replace(WAITING, request=Request(force="all of it is down"), reverts=3)
    found = words(forced)
    assert "*break-glass*: all of it is down" in found
    assert "back from OP-3" in found
    assert " in staging\n" in words(replace(WAITING, environment="staging"))
    scaled = operation(request=Request(components=("graphql-api",), replicas=6))
    assert "rollback of graphql-api to 6 in production\n" in words(scaled)


def test_it_stands_right_under_the_state_and_further_ones_in_a_line() -> None:
    other = operation(State.CANCELLED, id=6, closed_at=NOW)
    blocks = card(view(WAITING, other)).blocks
    assert blocks[2]["text"]["text"].startswith("*<")
    assert "OP-6>* rollback of graphql-api v1.4.2 → v1.4.1 in production: cancelled" in all_texts(
        card(view(WAITING, other))
    )
    assert [block["type"] for block in blocks].count("actions") == 2


def test_every_leg_of_a_full_rollback_is_counted() -> None:
    full = operation(State.RUNNING, plan=plan(legs=tuple(leg(f"component-{n}") for n in range(30))))
    assert re.search(r"component-0 v1.4.2 → v1.4.1, .* and \d+ more components", words(full))
