"""One number about a component, against its target, as people are shown it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

PERCENT, MILLISECONDS = "percent", "ms"
STEADY = 0.1
_DECIMALS = 3
_SECOND = 1000


class Verdict(StrEnum):
    """`unknown` where there is no number, or nothing that it should be."""

    WITHIN = "within"
    OVER = "over"
    UNKNOWN = "unknown"


class Missing(StrEnum):
    """Why there is no number, though one was asked for."""

    TIMEOUT = "timeout"
    NO_ANSWER = "no answer"
    REFUSED = "query refused"
    NO_DATA = "no data"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """`value` and `before`, an hour earlier, are rounded: two facts are equal that read the same.

    `unit` is `percent`, `ms` or any word; `at` is when it was last found to be so.
    """

    name: str
    title: str = ""
    value: float | None
    before: float | None = None
    unit: str = ""
    target: float | None = None
    missing: Missing | None = None
    at: datetime = field(compare=False)

    @property
    def verdict(self) -> Verdict:
        """Judged by the number that people read, so that the two never contradict each other."""
        if self.value is None or self.target is None:
            return Verdict.UNKNOWN
        return Verdict.OVER if self.value > self.target else Verdict.WITHIN


def rounded(value: float | None) -> float | None:
    """Two significant digits, and no more than three decimals."""
    if value is None or not value:
        return value
    return round(value, min(1 - math.floor(math.log10(abs(value))), _DECIMALS))


def figure(value: float, unit: str) -> str:
    """`26 %`, `480 ms`, `1.2 s`, `1,200 req/s`."""
    if unit == PERCENT:
        return f"{_number(value)} %"
    if unit == MILLISECONDS and value >= _SECOND:
        return f"{_number(value / _SECOND)} s"
    return f"{_number(value)} {unit}".rstrip()


def steady(before: Sequence[Fact], after: Sequence[Fact]) -> tuple[Fact, ...]:
    """What was found, with the numbers that hardly moved left as they were shown."""
    known: Mapping[str, Fact] = {fact.name: fact for fact in before}
    return tuple(_calmed(known.get(fact.name), fact) for fact in after)


def _calmed(old: Fact | None, new: Fact) -> Fact:
    if old is None:
        return new
    calm = replace(new, value=_kept(old.value, new.value), before=_kept(old.before, new.before))
    return calm if calm.verdict is new.verdict else new


def _kept(old: float | None, new: float | None) -> float | None:
    if old is None or new is None:
        return new
    return old if abs(new - old) <= STEADY * abs(old) else new


def _number(value: float) -> str:
    text = f"{value:,.{_DECIMALS}f}"
    return text.rstrip("0").rstrip(".")
