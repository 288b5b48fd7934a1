"""Whatever an operation came to, the next move is a command that is understood."""

import re
from typing import Any

import pytest

from bot.domain.operations.approval import command
from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.next_move import again, next_move
from bot.domain.operations.operation import Request, State, Stop
from bot.domain.operations.plan import Kind
from bot.domain.verbs.parsing import parse
from bot.domain.verification.verification import Verdict
from tests.domain.operations.made import NOW, operation, plan

SCHEMA = Check(code=Code.SCHEMA, result=Result.BLOCK, seen="version 7 is outside of 3 to 6")
IMAGE = Check(code=Code.IMAGE, result=Result.UNKNOWN, seen="the registry does not answer")
STALLS = Check(code=Code.RESTORE_POINT, result=Result.BLOCK, seen="choose", past="may-stall")


def commands(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


@pytest.mark.parametrize(
    ("state", "fields", "said"),
    [
        (State.PLANNING, {}, []),
        (State.AWAITING_APPROVAL, {}, ["operation approve OP-7 --plan-hash {hash}"]),
        (State.APPROVED, {}, ["operation cancel OP-7"]),
        (State.RUNNING, {}, ["operation cancel OP-7"]),
        (State.RUNNING, {"switched_at": NOW}, ["operation revert OP-7"]),
        (State.RUNNING, {"stop": Stop(actor="cli:ada", at=NOW)}, []),
        (State.UNDOING, {}, []),
        (State.AWAITING_DECISION, {},
         ["operation close OP-7", "operation revert OP-7", "operation next OP-7"]),
        (State.AWAITING_DECISION, {"kind": Kind.RESTART},
         ["operation close OP-7", "operation revert OP-7"]),
        (State.BLOCKED, {"request": Request(components=("a",), follows=3)},
         ["operation next OP-3", "operation revert OP-3"]),
        (State.EXPIRED, {"request": Request(components=("a",), follows=3)},
         ["operation next OP-3"]),
        (State.STUCK, {}, ['operation close OP-7 "what you did"']),
        (State.STUCK, {"closed_at": NOW}, []),
        (State.SUCCEEDED, {}, ["operation revert OP-7"]),
        (State.SUCCEEDED, {"plan": plan(legs=())}, []),
        (State.UNDONE, {}, ["rollback production"]),
        (State.FAILED, {}, ["rollback production"]),
        (State.CANCELLED, {}, ["rollback production"]),
        (State.EXPIRED, {}, ["rollback production"]),
        (State.DRY_RUN, {"request": Request(dry_run=True)}, ["rollback production"]),
        (State.BLOCKED, {}, ["rollback production"]),
        (State.BLOCKED, {"checks": (SCHEMA,)},
         ["rollback production", "rollback production --force why"]),
        (State.BLOCKED, {"checks": (SCHEMA, IMAGE)}, ["rollback production"]),
        (State.BLOCKED, {"checks": (STALLS,)},
         ["rollback production --may-stall", "rollback production --force why"]),
        (State.BLOCKED, {"checks": (STALLS, IMAGE)}, ["rollback production"]),
        (State.BLOCKED,
         {"checks": (STALLS,), "request": Request(components=("a",), follows=3)},
         ["rollback production --component a --may-stall",
          "rollback production --component a --force why"]),
        (State.CANCELLED, {"request": Request(may_stall=True)},
         ["rollback production --may-stall"]),
        (State.BLOCKED, {"checks": (SCHEMA,), "reverts": 3},
         ["operation revert OP-3", "operation revert OP-3 --force why"]),
        (State.EXPIRED, {"request": Request(force="all of it is down"), "reverts": 3},
         ['operation revert OP-3 --force "all of it is down"']),
    ],
)  # fmt: skip
def test_every_state_has_its_move(state: State, fields: dict[str, Any], said: list[str]) -> None:
    one = operation(state, **fields)
    found = commands(next_move(one))

    assert found == [words.format(hash=(one.plan_hash or "")[:12]) for words in said]
    assert [parse(words).verb.name for words in found] == [
        " ".join(words.split()[: 2 if words.startswith("operation") else 1]) for words in found
    ]


def test_what_was_spared_is_offered_once_all_is_well() -> None:
    spared = Check(code=Code.RESTORE_POINT, result=Result.PASS, seen="", later="aws rds snap")
    well = operation(State.SUCCEEDED, checks=(spared,), verdict=Verdict.PASS)
    assert commands(next_move(well, "candlefish ")) == [
        "candlefish operation revert OP-7", "aws rds snap",
    ]  # fmt: skip
    assert "aws" not in next_move(operation(State.SUCCEEDED, checks=(spared,)))


def test_the_prefix_is_the_surface_s() -> None:
    one = operation(State.RUNNING)
    assert commands(next_move(one, "/candlefish ")) == ["/candlefish operation cancel OP-7"]


def test_who_approves_is_said() -> None:
    alone = operation(State.AWAITING_APPROVAL)
    assert next_move(alone).startswith("Any operator lets it run: ")
    two = operation(State.AWAITING_APPROVAL, approvals_needed=1)
    assert next_move(two).startswith("A second operator lets it run: ")
    assert len(parse(command(two)).values["plan-hash"]) == 12


@pytest.mark.parametrize(
    ("kind", "request_", "words"),
    [
        (Kind.ROLLBACK, Request(components=("a", "b"), dry_run=True),
         "rollback production --component a --component b"),
        (Kind.ROLLBACK, Request(components=("a",), to_version="v1", force="down `all` day"),
         'rollback production --component a --to-version v1 --force "down `all` day"'),
        (Kind.RESTART, Request(components=("a",), why="leaks"),
         'restart a "leaks" --environment production'),
        (Kind.SCALE, Request(components=("a",), replicas=6), "scale 6 production a"),
        (Kind.FREEZE, Request(), "freeze production"),
        (Kind.UNFREEZE, Request(components=("a", "b")), "unfreeze production a b"),
    ],
)  # fmt: skip
def test_asking_again_says_the_same(kind: Kind, request_: Request, words: str) -> None:
    one = operation(State.FAILED, kind=kind, request=request_)
    assert again(one) == words
    assert parse(words).verb.name == kind.value
    assert "`" not in commands(next_move(one))[0]
