"""`--wait`: the terminal follows an operation of a real bot to its end, through the API alone."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.bot import Bot
from bot.domain.operations import operating
from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.operation import State, StepState
from bot.domain.operations.plan import Origin, Plan
from handlers.remote import tell
from tests.databases import SqliteMaker
from tests.domain.operations.made import BAD
from tests.handlers.operations import PLAN, ended, moved, planned, replanned, running, stepped
from tests.handlers.terminal import Terminal, begun
from tests.handlers.web.rig import Rig, rigged
from tests.served import served

APPROVE = f"operation approve OP-1 --plan-hash {PLAN.digest}"
WARNS = Check(code=Code.BLAST_RADIUS, result=Result.WARN, seen="2 depend on it")
COMMIT = {"graphql-api": "https://git.example/api/commit/2b"}
LIKELY = Check(
    code=Code.SUSPECT,
    result=Result.PASS,
    seen="v1.4.2 came 4 min before the trouble began: a likely cause",
)
BLOCKS = (Check(code=Code.SCHEMA, result=Result.BLOCK, seen="7 is not 6"),)


@pytest.fixture
def rig(tmp_path: Path, sqlite_maker: SqliteMaker) -> Iterator[Rig]:
    with sqlite_maker.migrated(tmp_path), rigged(tmp_path) as found:
        yield found


@pytest.fixture
def terminal(rig: Rig) -> Iterator[Terminal]:
    with served(rig.app) as server:
        yield Terminal(rig=rig, address=server.address)


def traced(bot: Bot) -> Plan:
    """Where its releases came from stands beside the plan: the hash is the same."""
    (moved,) = PLAN.legs
    pinned = replace(BAD, image="registry.example/api@sha256:1a2b3c4d5e6f7081")
    now = bot.world.now()
    came = Origin(at=now - timedelta(minutes=20), until=now - timedelta(minutes=5), by="ci")
    return replace(PLAN, legs=(replace(moved, before=pinned, came=came),), links=COMMIT)


def test_from_the_plan_to_the_end(terminal: Terminal) -> None:
    begun(terminal)
    bot = terminal.rig.bot
    planned(bot, 1, made=traced(bot), checks=(WARNS, LIKELY))
    terminal.expect(f"`candlefish operation approve OP-1 --plan-hash {PLAN.digest[:12]}`")
    assert terminal.rig.command(APPROVE, actor="cli:grace").status == 0
    terminal.expect("Approved by cli:grace.")
    running(bot, 1)
    terminal.expect("It runs. Due at ")
    stepped(bot, 1, "freeze")
    terminal.expect("  ✓ Freezes deploys (12 s): freeze was looked at")
    stepped(bot, 1, "switch")
    terminal.expect("  ✓ Switches the traffic to green (12 s)")
    ended(bot, 1, State.SUCCEEDED, "done after 95 s")
    answer = terminal.end()

    assert (answer.status, answer.is_data) == (0, False)
    assert answer.text == (
        "OP-1 is succeeded: done after 95 s\nTo go back: `candlefish operation revert OP-1`"
    )
    assert terminal.lines[1:9] == [
        "OP-1 rollback in production: graphql-api v1.4.2 → v1.4.1",
        "graphql-api: v1.4.2 (1a2b3c4d5e6f) came at most 20 min ago by ci → v1.4.1 (good); "
        "changes: " + COMMIT["graphql-api"],
        "Checks: 1 of 2 passed.",
        "  WARN P10 reach: 2 depend on it",
        "  PASS P11 cause: v1.4.2 came 4 min before the trouble began: a likely cause",
        "  1. Freezes deploys (at most 15 s)",
        "  2. Switches the traffic to green (at most 30 s)",
        terminal.lines[8],
    ]
    assert terminal.lines[8].startswith("It waits for approval until ")
    assert len(terminal.lines) == len(set(terminal.lines))


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.SUCCEEDED, 0),
        (State.UNDONE, 1),
        (State.FAILED, 1),
        (State.STUCK, 1),
        (State.CANCELLED, 1),
        (State.AWAITING_DECISION, 1),
    ],
)
def test_the_status_is_the_end_s_and_the_words_name_the_next_move(
    terminal: Terminal, state: State, status: int
) -> None:
    bot = terminal.rig.bot
    begun(terminal)
    planned(bot, 1)
    assert terminal.rig.command(APPROVE, actor="cli:grace").status == 0
    running(bot, 1)
    ended(bot, 1, state, "as it was seen")
    answer = terminal.end()
    assert answer.status == status
    assert answer.text.startswith(f"OP-1 is {state.value.replace('_', ' ')}: as it was seen")
    assert "`candlefish " in answer.text


def test_a_blocked_plan_ends_it_with_what_can_be_done(terminal: Terminal) -> None:
    begun(terminal)
    planned(terminal.rig.bot, 1, checks=BLOCKS)
    answer = terminal.end()
    assert answer.status == 1
    assert "OP-1 is blocked: P4 schema: 7 is not 6" in answer.text
    assert "to break the glass: `candlefish rollback production" in answer.text
    assert "  BLOCK P4 schema: 7 is not 6" in terminal.lines


def test_a_dry_run_shows_its_plan_and_is_well(terminal: Terminal) -> None:
    begun(terminal, "--dry-run")
    planned(terminal.rig.bot, 1)
    answer = terminal.end()
    assert answer.status == 0
    assert "To do it: `candlefish rollback production --component graphql-api`" in answer.text
    assert "  1. Freezes deploys (at most 15 s)" in terminal.lines


def test_a_plan_that_nobody_approves_ends_it(terminal: Terminal) -> None:
    begun(terminal)
    planned(terminal.rig.bot, 1)
    terminal.expect("It waits for approval")
    moved(terminal.rig.bot, 1, operating.expired)
    answer = terminal.end()
    assert answer.status == 1
    assert answer.text.startswith("OP-1 is expired: nobody approved the plan in time")
    assert "To ask for it again: `candlefish rollback production" in answer.text


def test_a_changed_world_shows_the_plan_anew_with_its_own_approval(terminal: Terminal) -> None:
    begun(terminal)
    bot = terminal.rig.bot
    planned(bot, 1)
    terminal.expect(f"--plan-hash {PLAN.digest[:12]}")
    other = replanned(bot, 1)
    terminal.expect("  1. Switches it all")
    terminal.expect(f"--plan-hash {(other.plan_hash or '')[:12]}")
    refused = terminal.rig.command(APPROVE, actor="cli:grace")
    assert (refused.status, "the world changed" in refused.text) == (1, True)
    terminal.rig.command("operation cancel OP-1", actor="cli:grace")
    assert terminal.end().status == 1


def test_what_fails_says_what_was_seen_and_who_stopped_it(terminal: Terminal) -> None:
    begun(terminal)
    bot = terminal.rig.bot
    planned(bot, 1)
    assert terminal.rig.command(APPROVE, actor="cli:grace").status == 0
    running(bot, 1)
    stepped(bot, 1, "freeze", StepState.FAILED)
    terminal.expect("  ✗ Freezes deploys (12 s): freeze was looked at")
    terminal.rig.command("operation cancel OP-1", actor="cli:grace")
    terminal.expect("cli:grace asked to stop it.")
    ended(bot, 1, State.FAILED, "failed, and nothing stays changed")
    assert terminal.end().status == 1


def test_what_the_world_says_commands_no_terminal_meanwhile(terminal: Terminal) -> None:
    begun(terminal)
    tricky = replace(BLOCKS[0], seen="7 is \x1b[2K\x1b]0;fine\x07not \u202e6")
    planned(terminal.rig.bot, 1, checks=(tricky,))
    answer = terminal.end()
    assert "OP-1 is blocked: P4 schema: 7 is [2K]0;finenot 6" in answer.text
    assert "  BLOCK P4 schema: 7 is [2K]0;finenot 6" in terminal.lines


def test_with_json_the_operation_is_what_is_printed(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    begun(terminal, "--json")
    planned(terminal.rig.bot, 1, checks=BLOCKS)
    answer = terminal.end()
    assert (answer.status, answer.is_data) == (1, True)
    assert json.loads(answer.text) == terminal.rig.get("/operations/OP-1")
    tell(answer)
    assert json.loads(capsys.readouterr().out)["state"] == "blocked"


def test_a_verb_about_an_operation_follows_that_one(terminal: Terminal) -> None:
    bot = terminal.rig.bot
    terminal.rig.command("rollback production --component graphql-api", actor="cli:grace")
    planned(bot, 1)
    terminal.run(*APPROVE.split(), "--wait")
    terminal.expect("OP-1 is approved and starts now")
    running(bot, 1)
    ended(bot, 1, State.SUCCEEDED, "done")
    assert terminal.end().status == 0


@pytest.mark.parametrize(
    ("words", "before", "end", "status"),
    [
        ("operation cancel OP-1", State.RUNNING, State.CANCELLED, 0),
        ("operation cancel OP-1", State.RUNNING, State.SUCCEEDED, 1),
        ("operation revert OP-1", State.AWAITING_DECISION, State.UNDONE, 0),
        ("revert OP-1", State.AWAITING_DECISION, State.UNDONE, 0),
        ("operation revert OP-1", State.AWAITING_DECISION, State.STUCK, 1),
        ("operation close OP-1", State.AWAITING_DECISION, None, 0),
        ("operation close OP-1", State.STUCK, None, 0),
    ],
)
def test_what_was_asked_of_an_operation_is_done_where_it_came_about(
    terminal: Terminal, words: str, before: State, end: State | None, status: int
) -> None:
    rig = terminal.rig
    rig.command("rollback production --component graphql-api", actor="cli:ada")
    planned(rig.bot, 1)
    assert rig.command(APPROVE, actor="cli:grace").status == 0
    running(rig.bot, 1)
    if before is not State.RUNNING:
        ended(rig.bot, 1, before, "as it was seen")
    terminal.run(*words.split(), "--wait")
    terminal.expect("OP-1 is ")
    if end is not None:
        ended(rig.bot, 1, end, "as it came")
    assert terminal.end().status == status


@pytest.mark.parametrize(("end", "status"), [(State.SUCCEEDED, 0), (State.UNDONE, 1)])
def test_a_revert_of_what_is_done_is_an_operation_as_any_other(
    terminal: Terminal, end: State, status: int
) -> None:
    rig = terminal.rig
    rig.command("rollback production --component graphql-api", actor="cli:ada")
    planned(rig.bot, 1)
    assert rig.command(APPROVE, actor="cli:grace").status == 0
    running(rig.bot, 1)
    ended(rig.bot, 1, State.SUCCEEDED, "done")
    terminal.run("operation", "revert", "OP-1", "--wait")
    terminal.expect("OP-2 was asked for")
    moved(rig.bot, 2, lambda one, now: operating.ended(one, end, "as it came", now))
    assert terminal.end().status == status


@pytest.mark.parametrize("words", ["operation list", "status", "operation show OP-9"])
def test_what_begins_no_operation_is_answered_at_once(terminal: Terminal, words: str) -> None:
    terminal.run(*words.split(), "--wait")
    assert terminal.end().status == (1 if "OP-9" in words else 0)
    assert terminal.lines == []


def test_a_bot_that_goes_away_for_good_is_said_to_be_unavailable(rig: Rig) -> None:
    with served(rig.app) as server:
        terminal = Terminal(rig=rig, address=server.address)
        begun(terminal)
        planned(rig.bot, 1)
        terminal.expect("It waits for approval")
        server.leave()
        answer = terminal.end()
    assert answer.status == 3
    assert "OP-1 goes on" in answer.text
    assert "`candlefish operation show OP-1`" in answer.text
