"""What is looked at before an operation: each check passes, warns, blocks, or cannot be told."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """P1 to P12 of the pre-checks, by what they look at."""

    TARGET = "P1 target"
    IMAGE = "P2 image"
    REFERENCES = "P3 configuration"
    SCHEMA = "P4 schema"
    FORMAT = "P5 formats"
    SECRETS = "P6 secrets"
    ROOM = "P7 room"
    CONFLICT = "P8 other work"
    RESTORE_POINT = "P9 restore point"
    BLAST_RADIUS = "P10 reach"
    SUSPECT = "P11 cause"
    REHEARSAL = "P12 rehearsal"


class Result(StrEnum):
    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    WARN = "WARN"
    BLOCK = "BLOCK"
    UNKNOWN = "UNKNOWN"


# Where "nobody can tell" is as bad as "no".
_MUST_KNOW = frozenset({Code.IMAGE, Code.REFERENCES, Code.SCHEMA, Code.SECRETS})
# What break-glass may override; the others are never skipped.
OVERRIDABLE = frozenset({Code.SCHEMA, Code.FORMAT, Code.ROOM, Code.RESTORE_POINT})
# Overriding these always takes a second person: what the older code does to data may stay so.
_TWO_PERSONS = frozenset({Code.SCHEMA, Code.FORMAT, Code.RESTORE_POINT})


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """`seen` is the fact, in words; `component` empty where it is about all of them.

    `past` is the flag with which the same request gets past its block; `later` a command of the
    vendor's for what was spared now, and is to be had once all is well.
    """

    code: Code
    result: Result
    seen: str
    component: str = ""
    past: str = ""
    later: str = ""

    @property
    def blocks(self) -> bool:
        unknown = self.result is Result.UNKNOWN and self.code in _MUST_KNOW
        return self.result is Result.BLOCK or unknown

    @property
    def name(self) -> str:
        return f"{self.code} ({self.component})" if self.component else str(self.code)


def blocking(checks: Iterable[Check]) -> tuple[Check, ...]:
    return tuple(one for one in checks if one.blocks)


def never_skipped(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Blocks that even break-glass does not get past."""
    return tuple(one for one in blocking(checks) if one.code not in OVERRIDABLE)


def for_two(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Blocks that only two persons together may override."""
    return tuple(one for one in blocking(checks) if one.code in _TWO_PERSONS)
