"""An incident as its page tells it: the newest of its timeline, the firing of its alerts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.bot import Bot
from bot.domain.incidents.alert import StoredAlert
from bot.domain.incidents.incident import Incident
from bot.domain.incidents.timeline import BOT, Entry
from handlers.web import words

ENTRIES = 60
ALERTS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """`entries` newest first; `more_…` where the page leaves some out."""

    incident: Incident
    entries: Sequence[Entry]
    alerts: Sequence[StoredAlert]
    more_entries: bool
    more_alerts: bool
    names: Mapping[str, str]


def tell(bot: Bot, number: int) -> Story:
    incident = bot.incident(number)
    entries, more_entries = _newest(bot, number)
    alerts, more_alerts = _firing_first(bot, number)
    return Story(
        incident=incident,
        entries=entries,
        alerts=alerts,
        more_entries=more_entries,
        more_alerts=more_alerts,
        names=bot.names(actors(incident, entries)),
    )


def actors(incident: Incident, entries: Sequence[Entry]) -> set[str]:
    """Everybody whom these name."""
    said = words.people_in(one.text for one in entries)
    by = {incident.acknowledged_by, incident.mitigated_by, incident.resolved_by}
    roles = set(incident.roles.values())
    return {one for one in said | by | roles | {one.actor for one in entries} if one} | {BOT}


def _newest(bot: Bot, number: int) -> tuple[list[Entry], bool]:
    found = [one.entry for one in reversed(bot.latest(number, ENTRIES + 1))]
    return found[:ENTRIES], len(found) > ENTRIES


def _firing_first(bot: Bot, number: int) -> tuple[list[StoredAlert], bool]:
    found = bot.telling(number, ALERTS + 1)
    return found[:ALERTS], len(found) > ALERTS
