"""When a target whose pods are not all ready has failed by that alone, and when it only grows."""

from collections.abc import Sequence
from itertools import takewhile

from bot.domain.ops_data.policy import Verification
from bot.domain.verification.look import Look


def unready(counting: Sequence[Look], rules: Verification) -> str:
    """Why it fails, in words; empty where it was ready, or was growing, within the time it has."""
    stood = _stood(counting)
    missing = list(takewhile(lambda look: _lacks(look, stood), reversed(counting)))
    if missing and missing[0].at - missing[-1].at > rules.unready:
        return f"it is not ready: {missing[0].seen}"
    return ""


def _stood(counting: Sequence[Look]) -> int:
    """How many pods served when all last did; 0 where they never did."""
    return next((look.serving for look in reversed(counting) if look.ready), 0)


def _lacks(look: Look, stood: int) -> bool:
    """Not where most serve, or as many as when all did: an autoscaler asked for more since.

    Such a look does not pass either: who can tell how the pods do that are not there?
    """
    grows = look.most or 0 < stood <= look.serving
    return look.ready is False and not grows
