"""Looks at a release, good and otherwise, spread over the time after its switch."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.ops_data.policy import Verification
from bot.domain.verification.look import Look
from bot.domain.verification.verification import Start, Verdict, judge

AT = datetime(2026, 3, 1, 3, 7, tzinfo=UTC)
RULES = Verification()
BEFORE = Look(at=AT, requests=3000, errors=0.3)
SCOPED = Start(switched_at=AT, scoped=True, before=BEFORE, usual=0.0005)
GOOD = Look(at=AT, ready=True, requests=3000, errors=0.0005, fast=0.99, old_share=0.0)
PROBED = Look(at=AT, ready=True, tried=5, fine=5)


def looks(*found: Look, every: float = 15, first: float = 15) -> list[Look]:
    """Spread over time, from `first` seconds after the switch."""
    return [
        replace(look, at=AT + timedelta(seconds=first + every * number))
        for number, look in enumerate(found)
    ]


def verdict(*found: Look, start: Start = SCOPED) -> Verdict | None:
    return judge(looks(*found), RULES, start)
