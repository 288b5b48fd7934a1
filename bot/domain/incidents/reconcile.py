"""Which alerts are over by Alertmanager's list, which alone tells the end of a muted one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, islice

from bot.domain.incidents.alert import Alert, Episode, Status, StoredAlert

SOURCE = "alertmanager"
APART = timedelta(seconds=30)  # between the two looks that must both miss an alert
SETTLED = timedelta(minutes=5)  # a restarted one has its alerts again: Prometheus sent them
REMEMBERED = timedelta(minutes=10)  # a late webhook may still tell of what is gone already
MOST = 50_000  # sightings
WHY = "Alertmanager no longer has it, and has not told its end"


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """All alerts that fire by one Alertmanager's word, muted or not.

    `up_since` tells it from every other one; `up_for` is by its own clock.
    """

    fingerprints: frozenset[str]
    up_since: datetime
    up_for: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """The first of the looks in a row that missed an alert while this episode was open."""

    episode: int
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """When an alert last stood in the list, and of which Alertmanager."""

    at: datetime
    up_since: datetime
    missed: Missed | None = None


Memory = Mapping[str, Sighting]  # by the alert's key


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What to remember, and the episodes that are over, each with when it was last seen."""

    memory: Memory
    over: Mapping[int, datetime]


def missing(memory: Memory, listed: Listed) -> frozenset[str]:
    """The keys of the alerts that stood in the list once, and do not now."""
    return frozenset(memory).difference(_keys(listed))


def look(memory: Memory, listed: Listed, open_ones: Iterable[Episode], now: datetime) -> Outcome:
    """`open_ones` are the open episodes of the alerts that are `missing`.

    An alert that was never in the list is none of this Alertmanager's, and is left alone.
    """
    episodes = {one.key: one for one in open_ones}
    gone: dict[str, Sighting] = {}
    waiting: dict[str, Sighting] = {}
    over: dict[int, datetime] = {}
    for key in missing(memory, listed):
        sighting, episode = memory[key], episodes.get(key)
        if episode is None:
            if now - sighting.at < REMEMBERED:
                waiting[key] = replace(sighting, missed=None)
            continue
        missed = _missed(sighting, episode, listed, now)
        gone[key] = replace(sighting, missed=missed)
        if missed is not None and now - missed.at >= APART:
            over[episode.id] = sighting.at
    seen = {key: Sighting(at=now, up_since=listed.up_since) for key in _keys(listed)}
    kept = islice(chain(gone.items(), seen.items(), waiting.items()), MOST)
    return Outcome(memory=dict(kept), over=over)


def told(alert: StoredAlert, last_seen: datetime) -> Alert:
    """The end that Alertmanager did not tell, as it would have told it."""
    return Alert(
        source=alert.source,
        fingerprint=alert.fingerprint,
        status=Status.RESOLVED,
        labels=alert.labels,
        annotations=alert.annotations,
        starts_at=alert.starts_at,
        ends_at=max(last_seen, alert.starts_at),  # our clock may be behind the sender's
        generator_url=alert.generator_url,
        learned=WHY,
    )


def _missed(sighting: Sighting, episode: Episode, listed: Listed, now: datetime) -> Missed | None:
    """`None` where absence says nothing: a restarted Alertmanager forgot what it had."""
    if listed.up_since != sighting.up_since and listed.up_for <= SETTLED:
        return None
    first = sighting.missed
    if first is not None and first.episode == episode.id:
        return first
    return Missed(episode=episode.id, at=now)


def _keys(listed: Listed) -> frozenset[str]:
    return frozenset(f"{SOURCE}:{one}" for one in listed.fingerprints)
