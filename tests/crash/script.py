"""What a monitoring system tells of one service, delivery by delivery, and what must be known then.

The alerts' own times alone decide, so the outcome is the same however often the bot is killed.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

MOST_ALERTS = 30
_NEVER = "0001-01-01T00:00:00Z"
_AGO = timedelta(minutes=10)


@dataclass(kw_only=True)
class Service:
    """One group of alerts of one service; `firing` and `over` are episodes by fingerprint."""

    name: str
    rng: Random
    firing: dict[str, datetime] = field(default_factory=dict)
    over: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    told: list[bytes] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)
    clock: datetime = field(default_factory=lambda: datetime.now(UTC) - _AGO)

    def deliveries(self) -> Iterator[bytes]:
        """Webhook bodies, in the order in which Alertmanager sends them."""
        yield self._fire(self.rng.choice([1, 1, 1, self.rng.randint(2, MOST_ALERTS)]))
        for _ in range(self.rng.randint(1, 7)):
            yield self.rng.choice([self._join, self._again, self._end, self._late])()

    @property
    def fingerprints(self) -> set[str]:
        return {*self.firing, *(name for name, _, _ in self.over)}

    def episodes(self) -> Counter[tuple[str, str, str | None]]:
        """(fingerprint, start, end) of every firing that was told of."""
        going_on = [(name, _time(start), None) for name, start in self.firing.items()]
        ended = [(name, _time(start), _time(end)) for name, start, end in self.over]
        return Counter([*going_on, *ended])

    def _fire(self, count: int) -> bytes:
        fresh = [f"{self.name}-{len(self.fingerprints) + each}" for each in range(count)]
        return self._told(fires=fresh)

    def _join(self) -> bytes:
        """More of it, or what was over begins again; the rest of the group is told once more."""
        again = sorted(self.fingerprints - set(self.firing))
        if again and self.rng.random() < 0.5:
            return self._told(fires=self.rng.sample(again, self.rng.randint(1, len(again))))
        return self._fire(self.rng.randint(1, 3))

    def _again(self) -> bytes:
        return self._told()

    def _end(self) -> bytes:
        """Some of it ends, or all; what goes on is told once more."""
        names = sorted(self.firing)
        if not names:
            return self._late()
        count = self.rng.choice([len(names), self.rng.randint(1, len(names))])
        return self._told(ends=self.rng.sample(names, count))

    def _late(self) -> bytes:
        """Another Alertmanager of the same cluster comes with what it had to say before."""
        return self.rng.choice(self.told)

    def _told(self, *, fires: list[str] = [], ends: list[str] = []) -> bytes:  # noqa: B006 - only read
        alerts = []
        for name in fires:
            self.firing[name] = self._tick()
        for name in ends:
            self.over.append((name, self.firing.pop(name), self._tick()))
            alerts.append(self._alert(*self.over[-1]))
        alerts += [self._alert(name, start, None) for name, start in self.firing.items()]
        if not alerts:
            return self._late()
        body = {
            "version": "4",
            "groupKey": f'{{}}:{{alertname="HighErrorRate", service="{self.name}"}}',
            "status": "firing" if self.firing else "resolved",
            "receiver": "candlefish",
            "alerts": alerts,
        }
        self.told.append(json.dumps(body).encode())
        return self.told[-1]

    def _alert(self, name: str, start: datetime, end: datetime | None) -> dict[str, Any]:
        return {
            "status": "resolved" if end else "firing",
            "labels": {
                "alertname": "HighErrorRate",
                "service": self.name,
                "severity": "critical",
                "instance": name,
            },
            "annotations": {"summary": f"{self.name} fails"},
            "startsAt": _time(start),
            "endsAt": _time(end) if end else _NEVER,
            "fingerprint": name,
        }

    def _tick(self) -> datetime:
        self.clock += timedelta(milliseconds=self.rng.randint(1, 500))
        return self.clock


def _time(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
