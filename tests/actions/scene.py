"""A world in which one action has something to do, and what its contract looks at there."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from bot.actions.registry import ACTIONS
from bot.ports.action import Action, Found, Standing
from bot.ports.world import World

KEY = "op:7:1/a step"
PATIENCE = 20.0


@dataclass(frozen=True, kw_only=True)
class Scene:
    """`effects` counts what really changed, `requests` what else than reading was asked for.

    `state` is what an undo must bring back. `lose` loses the answer to the next write; `writes`
    is how many writes one act makes. `meanwhile` is what the world does by itself while it waits.
    """

    world: World
    args: Any
    names: str
    effects: Callable[[], int]
    requests: Callable[[], int]
    state: Callable[[], object] = lambda: None
    lose: Callable[[], None] = lambda: None
    away: Callable[[], None] = lambda: None
    forbidden: Callable[[], None] = lambda: None
    meanwhile: Callable[[], None] = lambda: None
    writes: int = 1

    def probe(self, action: Action[Any]) -> Found:
        return action.probe(self.world, self.args, KEY)

    def act(self, action: Action[Any]) -> None:
        action.act(self.world, self.args, KEY)
        self.meanwhile()

    def done(self, action: Action[Any]) -> Found:
        return until_done(lambda: action.verify(self.world, self.args, KEY))

    def undo(self, action: Action[Any]) -> None:
        back = action.undo(self.args)
        assert back is not None
        undoing = ACTIONS[back.action]
        args = msgspec.convert(dict(back.args), undoing.args)
        undoing.act(self.world, args, f"{KEY}/undo")
        until_done(lambda: undoing.verify(self.world, args, f"{KEY}/undo"))


def until(wanted: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not wanted():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def until_done(verify: Callable[[], Found]) -> Found:
    deadline = time.monotonic() + PATIENCE
    while (found := verify()).standing is not Standing.DONE:
        assert found.standing is Standing.NOT_DONE, found.seen
        assert time.monotonic() < deadline, found.seen
        time.sleep(0.01)
    return found
