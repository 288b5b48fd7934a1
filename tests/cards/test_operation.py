"""An operation on the card: what it says and offers in every state, and within Slack's limits."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.cards.actions import Decided, decision_about
from bot.cards.incident import CardView, card
from bot.cards.operation import OperationView
from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.operation import Operation, Progress, Request, State, StepState, Stop
from bot.domain.operations.plan import Leg, Mechanism, Plan, Release
from bot.domain.ops_data.people import Person
from bot.domain.verification.verification import Verdict
from sandbox.slack.blocks_check import message_complaints, volume
from tests.cards.cases import BASE_URL, all_texts, incident, texts
from tests.domain.operations.made import NOW, leg, operation, plan, step

PEOPLE = {"ada": Person(name="ada", slack="U1", login="ada")}
PLAN = plan(
    notes=("The idle colour is scaled first.",),
    steps=(
        step("freeze", stage=0, does="Freezes deploys", seconds=15, undo="stays"),
        step("scale", stage=1, does="Scales green", touches="one HPA", seconds=60, undo="put back"),
        step("switch", stage=2, does="Switches to green", check="only green", decisive=True,
             seconds=100),
    ),
)  # fmt: skip
CHECKS = (
    Check(code=Code.TARGET, result=Result.PASS, seen="v1.4.1"),
    Check(code=Code.BLAST_RADIUS, result=Result.WARN, seen="2 depend on it"),
    Check(code=Code.SCHEMA, result=Result.BLOCK, seen="7 is not 6", component="graphql-api"),
    Check(code=Code.IMAGE, result=Result.UNKNOWN, seen="no answer"),
)


def progress(*states: StepState) -> list[Progress]:
    rows = []
    for one, state in zip(PLAN.steps, states, strict=True):
        begun = state not in (StepState.WAITING, StepState.SKIPPED)
        ended = state in (StepState.DONE, StepState.FAILED, StepState.STUCK)
        rows.append(
            Progress(
                name=one.name, component=one.component, state=state, text=one.does,
                seen="what was seen by @slack:U1" if ended else "",
                started_at=NOW if begun else None,
                finished_at=NOW + timedelta(seconds=12) if ended else None,
            )
        )  # fmt: skip
    return rows


def view(*operations: Operation, steps: tuple[StepState, ...] = ()) -> CardView:
    rows = progress(*steps) if steps else []
    return CardView(
        incident=incident(),
        operations=[OperationView(operation=one, progress=rows) for one in operations],
        people=PEOPLE,
        base_url=BASE_URL,
        environment="production",
    )


def words(one: Operation, *steps: StepState) -> str:
    return all_texts(card(view(one, steps=steps)))


def pressed(one: Operation) -> dict[str, Any]:
    """The buttons of the operation by their labels."""
    rows = [block for block in card(view(one)).blocks if block["type"] == "actions"]
    return {each["text"]["text"]: each for row in rows[:-1] for each in row["elements"]}


WAITING = operation(
    State.AWAITING_APPROVAL,
    plan=PLAN,
    checks=CHECKS,
    approvals_needed=1,
    said="a version was chosen by hand",
    expires_at=NOW + timedelta(minutes=10),
    incident=7,
)
RUNNING = operation(
    State.RUNNING, plan=PLAN, started_at=NOW, due_at=NOW + timedelta(minutes=5), run=1,
    approved_by="cli:ada", checks=CHECKS, incident=7,
)  # fmt: skip
DONE, GOING, TO_COME = StepState.DONE, StepState.RUNNING, StepState.WAITING


def test_a_plan_is_read_before_it_runs() -> None:
    found = words(WAITING)
    for said in (
        f"*<{BASE_URL}/incidents/INC-7#OP-7|OP-7>* rollback of graphql-api v1.4.2 → v1.4.1",
        "*Waits for a second operator to approve it* until <!date^1795403400^{time}|",
        "a version was chosen by hand",
        "asked for by <@U1> <!date^1795402800^",
        "The idle colour is scaled first.",
        "Checks: 1 of 4 passed\n⛔ *BLOCK* P4 schema (graphql-api): 7 is not 6\n❔ *UNKNOWN* P2",
        "⚠️ *WARN* P10 reach: 2 depend on it",
        "1. Freezes deploys (at most 15 s)\n      _undo:_ stays",
        "2. Scales green (at most 60 s)\n      _touches_ one HPA; _undo:_ put back",
        "3. Switches to green (at most 100 s)\n      _checked:_ only green",
        f"`/candlefish operation approve OP-7 --plan-hash {PLAN.digest[:12]}`",
    ):
        assert said in found
    assert "P1 target" not in found


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


def test_a_run_shows_its_steps_with_state_and_time_and_when_it_is_due() -> None:
    found = words(RUNNING, DONE, GOING, TO_COME)
    assert "*Running* since <!date^" in found
    assert "*due by <!date^1795403100^{time}|2026-11-23 03:05 UTC>*" in found
    assert (
        "✓ Freezes deploys · 12 s\n"
        "▶️ Scales green · since <!date^1795402800^{time}|2026-11-23 03:00 UTC>\n"
        "▫️ Switches to green"
    ) in found
    assert "approved by <@U1>" in found
    assert "The idle colour" not in found


def test_the_next_step_of_each_lane_has_begun_as_soon_as_the_one_before_ended() -> None:
    assert "▶️ Scales green\n▫️ Switches" in words(RUNNING, DONE, TO_COME, TO_COME)
    stopped = replace(RUNNING, stop=Stop(actor="slack:U2", at=NOW))
    assert "▫️ Scales green\n▫️ Switches" in words(stopped, DONE, TO_COME, TO_COME)
    assert "<@U2> asked to stop" in words(stopped, DONE, TO_COME, TO_COME)
    two = replace(
        RUNNING,
        plan=replace(
            PLAN,
            steps=(
                step("freeze", stage=0),
                step("scale", stage=0, component="redis"),
                step("switch", stage=0, component="redis"),
            ),
        ),
    )
    assert "▶️ Freezes deploys\n▶️ Scales green\n▫️ Switches" in words(two, *[TO_COME] * 3)


@pytest.mark.parametrize(
    ("state", "fields", "labels"),
    [
        (State.PLANNING, {}, ["Cancel"]),
        (State.APPROVED, {}, ["Cancel"]),
        (State.RUNNING, {}, ["Cancel"]),
        (State.RUNNING, {"switched_at": NOW}, ["Revert"]),
        (State.RUNNING, {"stop": Stop(actor="cli:ada", at=NOW)}, []),
        (State.UNDOING, {}, []),
        (State.AWAITING_DECISION, {}, ["Keep it", "Revert"]),
        (State.STUCK, {}, ["It is put right"]),
        *((state, {"closed_at": NOW}, []) for state in State),
    ],
)
def test_what_can_be_decided(state: State, fields: dict[str, Any], labels: list[str]) -> None:
    found = pressed(operation(state, **fields))
    assert list(found) == labels
    assert all(each["confirm"]["text"]["text"] for each in found.values())


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


def test_a_stuck_one_says_what_was_observed() -> None:
    stuck = operation(State.STUCK, plan=PLAN, said="stuck, a person must look", run=1)
    found = words(stuck, DONE, StepState.STUCK, StepState.SKIPPED)
    assert "🆘 *Stuck*: stuck, a person must look" in found
    assert "🆘 Scales green · 12 s: what was seen by @ada" in found
    assert '`/candlefish operation close OP-7 "what you did"`' in found


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
    other = replace(one, results={"graphql-api": "switch: the API says no", "docs": "scale: done"})
    assert "docs: scale: done" in words(other)


def test_special_requests_are_said() -> None:
    forced = replace(WAITING, request=Request(force="all of it is down"), reverts=3)
    found = words(forced)
    assert "*break-glass*: all of it is down" in found
    assert "back from OP-3" in found
    assert " in staging\n" in words(replace(WAITING, environment="staging"))
    scaled = operation(request=Request(components=("graphql-api",), replicas=6))
    assert "rollback of graphql-api to 6" in words(scaled)


def test_it_stands_right_under_the_state_and_further_ones_in_a_line() -> None:
    other = operation(State.CANCELLED, id=6, closed_at=NOW)
    blocks = card(view(WAITING, other)).blocks
    assert blocks[2]["text"]["text"].startswith("*<")
    assert "OP-6>* rollback of graphql-api v1.4.2 → v1.4.1: cancelled" in all_texts(
        card(view(WAITING, other))
    )
    assert [block["type"] for block in blocks].count("actions") == 2


def test_a_long_plan_is_cut_with_a_link_and_shows_what_goes_on() -> None:
    steps = tuple(
        step(f"s{number}", stage=number, does=f"Step {number} " + "x" * 150) for number in range(60)
    )
    rows = [
        Progress(
            name=one.name, component=one.component, text=one.does, started_at=NOW,
            state=DONE if number < 40 else GOING if number == 40 else TO_COME,
            finished_at=NOW if number < 40 else None,
        )
        for number, one in enumerate(steps)
    ]  # fmt: skip
    one = replace(RUNNING, plan=replace(PLAN, steps=steps))
    found = CardView(
        incident=incident(), operations=[OperationView(operation=one, progress=rows)],
        base_url=BASE_URL,
    )  # fmt: skip
    text = all_texts(card(found))
    assert "▶️ Step 40 " in text
    assert "▫️ Step 41 " in text
    assert re.search(rf"and <{BASE_URL}/incidents/INC-7#OP-7\|\d+ more of its steps>", text)


# -- whatever the world says -----------------------------------------------------------------

_HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(["<!channel>", "<@U1>", "@group:S012", "@slack:U1", "`", "*", "&", "\n"]),
        st.text(max_size=400),
    ),
    max_size=8,
).map("".join)  # fmt: skip
_TIME = st.sampled_from([None, NOW])


@st.composite
def hostile_plans(draw: st.DrawFn) -> Plan:
    release = st.builds(Release, version=_HOSTILE, identity=_HOSTILE, workload=_HOSTILE)
    legs = st.builds(
        Leg, component=_HOSTILE, mechanism=st.sampled_from(Mechanism), before=st.none() | release,
        after=st.none() | release,
    )  # fmt: skip
    count = draw(st.integers(0, 25))
    text = draw(_HOSTILE)
    return plan(
        legs=draw(st.lists(legs, max_size=6)),
        steps=tuple(
            step(f"s{number}", stage=number // 3, component=f"c{number % 3}", does=text,
                 touches=text, check=text, undo=text, seconds=number)
            for number in range(count)
        ),
        notes=draw(st.lists(_HOSTILE, max_size=6)),
    )  # fmt: skip


@st.composite
def hostile_operations(draw: st.DrawFn) -> OperationView:
    made = draw(hostile_plans())
    checks = st.builds(
        Check, code=st.sampled_from(Code), result=st.sampled_from(Result), seen=_HOSTILE,
        component=_HOSTILE,
    )  # fmt: skip
    one = operation(
        draw(st.sampled_from(State)), plan=made, checks=draw(st.lists(checks, max_size=30)),
        said=draw(_HOSTILE), requested_by=draw(_HOSTILE), approved_by=draw(st.none() | _HOSTILE),
        environment=draw(_HOSTILE), due_at=draw(_TIME), switched_at=draw(_TIME),
        closed_at=draw(_TIME), expires_at=draw(_TIME), approvals_needed=draw(st.integers(0, 1)),
        request=Request(force=draw(_HOSTILE), why=draw(_HOSTILE), components=("x",) * 40),
        results=draw(st.dictionaries(_HOSTILE, _HOSTILE, max_size=8)), incident=7,
        verdict=draw(st.sampled_from([None, *Verdict])), id=999_999_999,
    )  # fmt: skip
    text = draw(_HOSTILE)
    rows = [
        Progress(
            name=each.name, component=each.component, text=each.does, seen=text, attempts=2,
            state=draw(st.sampled_from(StepState)), started_at=draw(_TIME),
            finished_at=draw(_TIME),
        )
        for each in made.steps
    ]  # fmt: skip
    return OperationView(operation=one, progress=rows)


_OURS = re.compile(
    rf"<@[UW][A-Z0-9]*>|<!date\^\d+\^[^|<>]*\|[^|<>]*>|<{re.escape(BASE_URL)}/[^|<>\s]*\|[^|<>]*>"
)


@settings(max_examples=80, deadline=None)
@given(st.lists(hostile_operations(), min_size=1, max_size=4))
def test_no_operation_can_break_a_card(hostile: list[OperationView]) -> None:
    found = CardView(
        incident=incident(title="&" * 200, summary="<" * 500, labels={"&" * 90: "<" * 90}),
        operations=hostile, people=PEOPLE, base_url=BASE_URL, environment="production",
    )  # fmt: skip
    message = card(found)
    blocks = [dict(block) for block in message.blocks]
    assert message_complaints(blocks) == []
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.to_dict()
    assert volume(blocks) + len(message.text) < 10_000
    for text in texts(blocks, "mrkdwn"):
        assert not re.search(r"[<>]", _OURS.sub("", text)), text


def test_every_leg_of_a_full_rollback_is_counted() -> None:
    full = operation(State.RUNNING, plan=plan(legs=tuple(leg(f"component-{n}") for n in range(30))))
    assert re.search(r"component-0 v1.4.2 → v1.4.1, .* and \d+ more components", words(full))
