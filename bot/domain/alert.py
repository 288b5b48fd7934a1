"""One alert as its source told it, and what it means beside the episode we already know."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256


class Status(StrEnum):
    FIRING = "firing"
    RESOLVED = "resolved"


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """A source's word about one alert; times are the source's own, `None` where it gave none."""

    source: str
    fingerprint: str
    status: Status
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    generator_url: str = ""
    group_key: str = ""

    @property
    def key(self) -> str:
        return f"{self.source}:{self.fingerprint}"

    @property
    def name(self) -> str:
        return self.labels.get("alertname") or "alert"


@dataclass(frozen=True, kw_only=True, slots=True)
class Episode:
    """One firing of an alert, from its start to its end, and the incident it belongs to.

    `id` is 0 until stored; `incident` is `None` where the route opens none.
    """

    id: int = 0
    key: str
    status: Status
    starts_at: datetime
    ends_at: datetime | None
    incident: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredAlert:
    """An episode with the words its source used, as pages and the API show it."""

    id: int
    source: str
    fingerprint: str
    status: Status
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime | None
    generator_url: str


class Verdict(StrEnum):
    """What an arriving alert is, beside the newest episode of its fingerprint."""

    FIRES = "a new episode"
    REPEATS = "seen before in the same state"
    RESOLVES = "its episode ended"
    ENDED_UNSEEN = "resolved, and never seen firing"
    STALE = "older than what is known"


def fingerprint_of(labels: Mapping[str, str]) -> str:
    """SHA-256 over the sorted labels, for senders that give no fingerprint of their own."""
    text = "\x00".join(f"{name}\x01{labels[name]}" for name in sorted(labels))
    return sha256(text.encode()).hexdigest()


def judge(alert: Alert, known: Episode | None, now: datetime) -> Verdict:
    """Order is by the alert's own times, never by arrival; without `starts_at`, receipt counts."""
    fires = alert.status is Status.FIRING
    if known is None:
        return Verdict.FIRES if fires else Verdict.ENDED_UNSEEN
    if known.ends_at is None:
        if fires:
            return Verdict.REPEATS
        return Verdict.STALE if (alert.ends_at or now) < known.starts_at else Verdict.RESOLVES
    if fires:
        return Verdict.FIRES if (alert.starts_at or now) > known.ends_at else Verdict.STALE
    later = alert.starts_at is not None and alert.starts_at > known.ends_at
    return Verdict.ENDED_UNSEEN if later else Verdict.REPEATS


def begun(alert: Alert, now: datetime) -> Episode:
    """The episode that this alert starts (or, never seen firing, the whole of it)."""
    ended = alert.status is Status.RESOLVED
    starts = alert.starts_at or now
    return Episode(
        key=alert.key,
        status=alert.status,
        starts_at=starts,
        ends_at=max(alert.ends_at or now, starts) if ended else None,
    )


def ended(episode: Episode, alert: Alert, now: datetime) -> Episode:
    return replace(episode, status=Status.RESOLVED, ends_at=alert.ends_at or now)
