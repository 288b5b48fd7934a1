"""Which pods of an old colour are still to go, as its Deployment remembers it, and how many now."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

DRAINING = "candlefish.ai/draining"


@dataclass(frozen=True, kw_only=True, slots=True)
class Draining:
    """`pods` are those that stood when it began: what replaces them is not theirs.

    They are known by name, as clocks of two machines differ. `last` is when the last wave went.
    """

    key: str
    pods: tuple[str, ...]
    last: datetime | None = None

    @classmethod
    def of(cls, text: str | None) -> Self | None:
        """What the annotation says; `None` where it says nothing that we wrote."""
        try:
            said = json.loads(text or "")
            last = datetime.fromisoformat(said["last"]) if said["last"] else None
            return cls(key=str(said["key"]), pods=tuple(map(str, said["pods"])), last=last)
        except (ValueError, TypeError, KeyError):
            return None

    @property
    def text(self) -> str:
        last = self.last.isoformat() if self.last else None
        said = {"key": self.key, "last": last, "pods": self.pods}
        return json.dumps(said, separators=(",", ":"))

    def left(self, standing: Iterable[str]) -> tuple[str, ...]:
        there = set(standing)
        return tuple(pod for pod in self.pods if pod in there)

    def wave(self, percent: int) -> int:
        """How many may go at a time: of all that stood, at least one."""
        return max(1, len(self.pods) * percent // 100)

    def wait(self, percent: int, every: timedelta, now: datetime) -> timedelta:
        """How long until the next wave may go, whoever sent the last.

        One pod may be more than its share of the connections: then the next waits for longer.
        """
        share = self.wave(percent) * 100 / (max(1, len(self.pods)) * percent)
        pace = max(every * share, every)
        due = timedelta() if self.last is None else self.last + pace - now
        return min(max(due, timedelta()), pace)

    def moved(self, now: datetime) -> Self:
        return replace(self, last=now)
