"""`silence`: an alert kept quiet in Alertmanager, as narrowly as its labels allow."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from bot.domain.duration import parse_duration
from bot.domain.errors import Misuse, Refused
from bot.domain.incidents.alert import StoredAlert
from bot.domain.incidents.incident import Incident, Reason, changed
from bot.domain.incidents.quiet import matchers_of
from bot.domain.incidents.timeline import Entry, Kind
from bot.domain.incidents.wire import rfc3339
from bot.domain.verbs.reply import Reply
from bot.domain.verbs.saying import one_word, short, written
from bot.domain.wording import either, moment
from bot.flows.verbs.question import Question
from bot.ports.silences import Silence
from bot.store import incidents, picked, silences

_LONGEST = timedelta(days=7)
_SHORTEST = timedelta(minutes=1)


def silence(q: Question) -> Reply:
    if not q.house.silences_on:
        raise Refused(
            "Alertmanager is off, so nothing can be silenced from here.",
            "Set CANDLEFISH_ALERTMANAGER_URL and start again, or silence it in Alertmanager.",
        )
    incident = q.incidents[0] if q.incidents else None
    name, firing = _alert(q, incident)
    wanted = Silence(
        key=str(uuid.uuid4()),
        matchers=matchers_of(name, firing),
        starts_at=q.now,
        ends_at=q.now + _length(q),
        created_by=q.actor,
        comment=_comment(q, incident),
    )
    silences.want(q.tx, wanted, incident.id if incident else None)
    if incident:
        incidents.apply(q.tx, [changed(incident, Reason.ASKED, _entry(q, incident, wanted))])
    about = f", on the timeline of {incident.name}" if incident else ""
    return Reply(
        text=f"Asked Alertmanager to keep {_told(wanted)} quiet until "
        f"{moment(wanted.ends_at, q.now)}{about}.{_doubt(firing)}",
        data={
            "key": wanted.key,
            "matchers": dict(wanted.matchers),
            "starts_at": rfc3339(wanted.starts_at),
            "ends_at": rfc3339(wanted.ends_at),
            "incident": incident.name if incident else None,
        },
    )


def _doubt(firing: Sequence[StoredAlert]) -> str:
    return "" if firing else " No alert of this name fires now: is it spelt right?"


def _length(q: Question) -> timedelta:
    length = parse_duration(q.value("duration"))
    if length is not None and _SHORTEST <= length <= _LONGEST:
        return length
    numbers = [one.id for one in q.incidents]
    better = written(q.command.verb, {**q.command.values, "duration": "2h"}, incidents=numbers)
    raise Misuse("A silence lasts from 1m to 7d.", f"Did you mean `{better}`?")


def _alert(q: Question, incident: Incident | None) -> tuple[str, Sequence[StoredAlert]]:
    """The alert's name as its source writes it, and those that fire in the incident."""
    said = q.value("alert")
    if incident is None:
        return said, ()
    firing = picked.firing(q.tx, said).get(incident.id, [])
    if firing:
        return firing[0].labels["alertname"], firing
    duration = q.value("duration")
    names = picked.names(q.tx, incident.id)[:5]
    ready = [f"`silence {one_word(name)} {duration} {incident.name}`" for name in names]
    raise Refused(
        f"No alert “{short(said)}” fires in {incident.name}.",
        f"Try {either(ready)}." if ready else "Nothing fires in it now.",
    )


def _comment(q: Question, incident: Incident | None) -> str:
    why = q.value("why") or "no reason given"
    return f"{why} ({f'{incident.name}, ' if incident else ''}{q.actor})"


def _told(wanted: Silence) -> str:
    name, *rest = wanted.matchers.items()
    labels = ", ".join(f"{label}={value}" for label, value in rest)
    return f"{name[1]} ({labels})" if labels else f"{name[1]}, wherever it fires,"


def _entry(q: Question, incident: Incident, wanted: Silence) -> Entry:
    why = f": {q.value('why')}" if q.value("why") else ""
    return Entry(
        incident=incident.id,
        at=q.now,
        kind=Kind.SILENCE,
        actor=q.actor,
        text=f"{wanted.matchers['alertname']} silenced until {moment(wanted.ends_at, q.now)}{why}",
        data={
            "key": wanted.key,
            "matchers": dict(wanted.matchers),
            "ends_at": rfc3339(wanted.ends_at),
        },
    )
