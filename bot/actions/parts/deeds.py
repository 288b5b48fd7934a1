"""Writes in the words of the ports: what is not there to be changed ends the step."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import msgspec

from bot.domain.errors import GiveUp, Refused
from bot.ports.action import Call
from bot.ports.trouble import Overtaken
from bot.ports.world import World

P = ParamSpec("P")
_TRIES = 4


def deed(doing: Callable[P, None]) -> Callable[P, None]:
    """A `Refused` reading is a `GiveUp` here: nothing was changed, and again will not help."""

    @wraps(doing)
    def plain(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            doing(*args, **kwargs)
        except Refused as error:
            raise GiveUp(str(error)) from error

    return plain


def still_ours(world: World) -> None:
    """Between two writes: who lost the run meanwhile, or is to stop, goes no further."""
    world.pause(0)


def again(attempt: Callable[[], None]) -> None:
    """A fresh reading and another try where somebody else's write came between, a few times."""
    for _ in range(_TRIES - 1):
        try:
            return attempt()
        except Overtaken:
            continue
    return attempt()


def call(action: str, args: msgspec.Struct) -> Call:
    """The call as a plan keeps it: plain JSON values."""
    return Call(action=action, args=msgspec.to_builtins(args))
