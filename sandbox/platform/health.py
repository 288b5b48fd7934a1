"""How a release behaves: a property of its image tag, decided once for every request."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

_FAILING_SHARE = 0.6


class Health(StrEnum):
    GOOD = "good"
    SLOW = "slow"
    FAILING = "failing"
    DOWN = "down"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one request meets; times in seconds."""

    code: int
    takes: float
    paint: float
    """First contentful paint, as the visitor's browser would report it."""


def outcome(health: Health, chance: Random) -> Outcome:
    if health is Health.DOWN:
        return Outcome(code=503, takes=0.0, paint=0.0)
    failed = health is Health.FAILING and chance.random() < _FAILING_SHARE
    slow = health is Health.SLOW
    return Outcome(
        code=500 if failed else 200,
        takes=chance.uniform(0.7, 1.6) if slow else chance.triangular(0.005, 0.2, 0.02),
        paint=chance.uniform(1.8, 3.6) if slow else chance.uniform(0.4, 1.2),
    )


def fill(health: Health) -> float:
    """How full a store is: sessions of PostgreSQL, memory of Redis. Full feels slow."""
    return {Health.GOOD: 0.35, Health.SLOW: 0.96}.get(health, 0.0)


def sessions(health: Health, usual: int) -> int:
    """How many clients stay connected; those of a failing release come and go."""
    return {Health.FAILING: usual // 5, Health.DOWN: 0}.get(health, usual)
