"""What every action keeps to: probe, act with a key, verify; its undo is another action.

One file in `bot/actions/` is one action; the file's name is the action's. Everything in it reads
the world anew: it may run again after a crash at any instruction, on another replica.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from bot.ports.world import World

A = TypeVar("A")


class Standing(StrEnum):
    DONE = "done"
    NOT_DONE = "not done"
    CONFLICT = "the world is neither as it was nor as it should be"
    UNKNOWN = "nobody can tell"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """`seen` is what was observed, in words for a person who must decide.

    `partly`: it is not done, and something of it stands all the same. `going_on`: it is done as far
    as anybody waits for it, and whether it comes to a good end shows only later. `retry_after`: in
    how many seconds whoever would not say wants to be asked again.
    """

    standing: Standing
    seen: str
    partly: bool = False
    going_on: bool = False
    retry_after: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """How the plan shows it: what it does, what it touches, how it is checked, how undone.

    `stays` is what goes on of itself where it acted and broke, and nothing can put back.
    """

    does: str
    touches: str
    check: str
    undo: str
    stays: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """An action with its arguments: what a step of a plan will do."""

    action: str
    args: Mapping[str, Any]


class Action(Protocol[A]):
    """`args` is a frozen, keyword-only `msgspec.Struct` that forbids unknown fields.

    `key` is unique to the step of the operation and the same at every attempt. `probe` and
    `verify` change nothing and raise nothing: what cannot be read is `UNKNOWN`. `act` raises as
    `bot.ports.cluster` says, and `DoneWithout` where there is enough without what it tried once.
    Same key twice is one effect.
    """

    name: str
    args: type[A]
    seconds: int
    """How long until it must be verified, from its first attempt.

    At least 30: where its process dies, another one goes on with it up to 15 s later.
    """

    def words(self, args: A) -> Words: ...

    def probe(self, world: World, args: A, key: str) -> Found: ...

    def act(self, world: World, args: A, key: str) -> None: ...

    def verify(self, world: World, args: A, key: str) -> Found: ...

    def rehearse(self, world: World, args: A) -> None:
        """Asks the API whether it would do it (dry run); raises `GiveUp` where it would not.

        `Unavailable` where that cannot be told.
        """

    def undo(self, args: A) -> Call | None:
        """What puts the world back; `None` where there is nothing to put back, or nobody should."""
