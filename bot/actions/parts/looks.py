"""What was found, said briefly; and looks that never raise."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.ports.action import Found, Standing

P = ParamSpec("P")


def done(seen: str, *, going_on: bool = False) -> Found:
    return Found(standing=Standing.DONE, seen=seen, going_on=going_on)


def not_done(seen: str, *, partly: bool = False) -> Found:
    return Found(standing=Standing.NOT_DONE, seen=seen, partly=partly)


def conflict(seen: str) -> Found:
    return Found(standing=Standing.CONFLICT, seen=seen)


def unknown(seen: str, retry_after: float = 0.0) -> Found:
    return Found(standing=Standing.UNKNOWN, seen=seen, retry_after=retry_after)


def look(seeing: Callable[P, Found]) -> Callable[P, Found]:
    """What cannot be read is `UNKNOWN`, in the words of whoever would not say."""

    @wraps(seeing)
    def careful(*args: P.args, **kwargs: P.kwargs) -> Found:
        try:
            return seeing(*args, **kwargs)
        except Unavailable as error:
            return unknown(str(error), error.retry_after or 0.0)
        except (Refused, GiveUp) as error:
            return unknown(str(error))

    return careful
