"""One alert as its source told it, and what it means beside the episode we already know."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

_NO_TIME_BEFORE = 2000  # Alertmanager writes "no time" as the year 1
_SKEW = timedelta(hours=1)  # a sender's clock may be ahead of ours, but not by more


class Status(StrEnum):
    FIRING = "firing"
    RESOLVED = "resolved"


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """A source's word about one alert; times are the source's own, `None` where it gave none.

    `key` is `source:fingerprint`, which the same alert always has; `learned` says how we came to
    know, where it was not by the source's own message.
    """

    source: str
    fingerprint: str
    status: Status
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    generator_url: str = ""
    group_key: str = ""
    learned: str = ""
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"{self.source}:{self.fingerprint}")

    @property
    def name(self) -> str:
        return self.labels.get("alertname") or "alert"


@dataclass(frozen=True, kw_only=True, slots=True)
class Episode:
    """One firing of an alert, from its start to its end, and the incident it belongs to.

    `id` is 0 until stored; `incident` is `None` where the route opens none. `component` is what it
    was about when it began, as its route had it.
    """

    id: int = 0
    key: str
    status: Status
    starts_at: datetime
    ends_at: datetime | None
    incident: int | None = None
    component: str | None = None


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
    STARTS_ANEW = "started again, and nobody told that it had ended"
    RESOLVES = "its episode ended"
    ENDED_UNSEEN = "resolved, and never seen firing"
    STALE = "older than what is known"


def fingerprint_of(labels: Mapping[str, str]) -> str:
    """SHA-256 over the sorted labels, for senders that give no fingerprint of their own."""
    text = "\x00".join(f"{name}\x01{labels[name]}" for name in sorted(labels))
    return sha256(text.encode()).hexdigest()


def believed(at: datetime | None, now: datetime) -> datetime | None:
    """A sender's time (aware), or `None` where it cannot be meant: long ago, or far ahead.

    An end in the year 9999 would make everything that comes later stale.
    """
    if at is None or at.year < _NO_TIME_BEFORE or at - now > _SKEW:
        return None
    return at


def judge(alert: Alert, known: Episode | None, now: datetime) -> Verdict:
    """Order is by the alert's own times, never by arrival; without `starts_at`, receipt counts.

    `STARTS_ANEW` is a repeat, unless a person resolved its incident in between.
    """
    fires = alert.status is Status.FIRING
    if known is None:
        return Verdict.FIRES if fires else Verdict.ENDED_UNSEEN
    if known.ends_at is None:
        if fires:
            later = alert.starts_at is not None and alert.starts_at > known.starts_at
            return Verdict.STARTS_ANEW if later else Verdict.REPEATS
        return Verdict.STALE if (alert.ends_at or now) < known.starts_at else Verdict.RESOLVES
    if fires:
        return Verdict.FIRES if (alert.starts_at or now) > known.ends_at else Verdict.STALE
    later = alert.starts_at is not None and alert.starts_at > known.ends_at
    return Verdict.ENDED_UNSEEN if later else Verdict.REPEATS


def begun(
    alert: Alert, incident: int | None, now: datetime, *, component: str | None = None
) -> Episode:
    """The episode that this alert starts (or, never seen firing, the whole of it)."""
    ended = alert.status is Status.RESOLVED
    starts = alert.starts_at or now
    return Episode(
        key=alert.key,
        status=alert.status,
        starts_at=starts,
        ends_at=max(alert.ends_at or now, starts) if ended else None,
        incident=incident,
        component=component,
    )


def ended(episode: Episode, alert: Alert, now: datetime) -> Episode:
    return replace(episode, status=Status.RESOLVED, ends_at=alert.ends_at or now)
