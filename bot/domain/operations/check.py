"""What is looked at before an operation: each check passes, warns, blocks, or cannot be told."""

from collections.abc import Iterable, Sequence
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
# What a person decides by even where it passed: how good the target is, what there is to restore,
# and whether the release is the cause at all.
_TELLING = (Code.TARGET, Code.SUSPECT, Code.RESTORE_POINT)
_WORST_FIRST = (Result.BLOCK, Result.UNKNOWN, Result.WARN, Result.PASS)


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


def telling(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Those to be told in words: the worst first, then what passed and is decided by."""
    found = [one for one in checks if one.result is not Result.PASS or one.code in _TELLING]
    return tuple(sorted(found, key=_weight))


def passed(checks: Sequence[Check]) -> str:
    """How many passed, and the names of those of them that are not told in words."""
    well = [one for one in checks if one.result is Result.PASS]
    names = [
        _share(code, sum(one.code is code for one in well), [one.code for one in checks])
        for code in Code
        if code not in _TELLING and any(one.code is code for one in well)
    ]
    also = f", among them {', '.join(names)}" if names else ""
    return f"Checks: {len(well)} of {len(checks)} passed{also}"


def _share(code: Code, well: int, every: Sequence[Code]) -> str:
    there = every.count(code)
    return str(code) if well == there else f"{code} ({well} of {there})"


def _weight(one: Check) -> tuple[int, int]:
    told = _TELLING.index(one.code) if one.result is Result.PASS else 0
    return _WORST_FIRST.index(one.result), told
