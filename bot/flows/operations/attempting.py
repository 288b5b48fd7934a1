"""One attempt at what was left for later: looked at first, and again after it was done."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from bot.ports.action import Action, Found, Standing
from bot.ports.world import World
from bot.store.duties import Duty


class Attempted(NamedTuple):
    """What was found at last, and whether anything was done for it."""

    found: Found
    acted: bool


def attempted(world: World, actions: Mapping[str, Action[Any]], duty: Duty) -> Attempted:
    """With the same key at every attempt; raises as the action's `act` does."""
    action = actions[duty.action]
    args, key = msgspec.convert(duty.args, action.args), f"duty:{duty.number}"
    found = action.probe(world, args, key)
    if found.standing is not Standing.NOT_DONE:
        return Attempted(found, acted=False)
    action.act(world, args, key)
    return Attempted(action.verify(world, args, key), acted=True)
