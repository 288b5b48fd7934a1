"""How far a snapshot has come, and what AWS says about it meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

WHOLE = 100


class State(StrEnum):
    CREATING = "creating"
    AVAILABLE = "available"
    FAILED = "failed"
    DELETING = "deleting"


@dataclass(frozen=True, kw_only=True)
class Making:
    """A snapshot that takes its time; `started` in seconds since 1970."""

    started: float
    seconds: float
    fails: bool = False

    def state(self, now: float) -> State:
        if now < self.started + self.seconds:
            return State.CREATING
        return State.FAILED if self.fails else State.AVAILABLE

    def percent(self, now: float) -> int:
        """Below 100 until it is whole; one that fails stops half-way."""
        state = self.state(now)
        if state is State.AVAILABLE:
            return WHOLE
        if state is State.FAILED:
            return WHOLE // 2
        return min(WHOLE - 1, int(WHOLE * (now - self.started) / self.seconds))


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What a test looks at: a manual snapshot of an instance or a cluster."""

    id: str
    source: str
    state: State
    percent: int
    tags: Mapping[str, str] = field(default_factory=dict)
