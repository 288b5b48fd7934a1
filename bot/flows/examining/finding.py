"""What was found about one thing the bot needs, and the exact fix where it is missing."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.errors import GiveUp, Refused, Unavailable


class Result(StrEnum):
    GOOD = "good"
    OFF = "off"
    BAD = "bad"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """`fix` is what to do about a bad one, word for word; a line for each thing to do."""

    name: str
    result: Result
    says: str
    fix: str = ""


def good(name: str, says: str) -> Finding:
    return Finding(name=name, result=Result.GOOD, says=says)


def off(name: str, fix: str, says: str = "switched off") -> Finding:
    return Finding(name=name, result=Result.OFF, says=says, fix=fix)


def bad(name: str, says: str, fix: str) -> Finding:
    return Finding(name=name, result=Result.BAD, says=says, fix=fix)


def tried(name: str, look: Callable[[], Finding], fix: str) -> Finding:
    """What the look finds; what the vendor says where it does not come to that."""
    try:
        return look()
    except (Refused, Unavailable, GiveUp) as error:
        return bad(name, str(error), fix)
