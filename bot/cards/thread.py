"""What a card's thread tells: the timeline's news, several entries in one message."""

from collections.abc import Mapping, Sequence

from bot.cards.calling import calling
from bot.cards.mrkdwn import clock, group, joined, link, person, said, section
from bot.cards.operation_words import told
from bot.domain.incidents.incident import Incident
from bot.domain.incidents.timeline import BOT, Entry, Kind, Numbered
from bot.domain.ops_data.people import Person
from bot.ports.chat import Message

TEXT_LENGTH = 3000
_LINE_LENGTH = 400
_MORE_LENGTH = 160

UNTOLD = frozenset({Kind.OPENED})
"""What the card itself says when it appears."""

QUIET = frozenset({Kind.ALERT, Kind.ALERT_RESOLVED})
"""What may wait for company: a storm of these is one message, not a thousand."""


def is_quiet(entry: Entry) -> bool:
    """Whether it may wait for company: the card shows an operation's steps as they end."""
    return entry.kind in QUIET or (entry.kind is Kind.OPERATION and "step" in entry.data)


_DID: Mapping[Kind, str] = {
    Kind.ACKNOWLEDGED: "acknowledged",
    Kind.MITIGATED: "mitigated",
    Kind.RESOLVED: "resolved",
    Kind.REOPENED: "reopened",
    Kind.SEVERITY: "severity",
    Kind.ESCALATED: "escalated",
    Kind.NOTE: "note",
    Kind.ROLE: "role",
    Kind.MERGED: "merge",
    Kind.SPLIT: "split",
    Kind.SILENCE: "silence",
    Kind.FLAPPING: "flapping",
    Kind.KEPT_OPEN: "kept open",
    Kind.PAGERDUTY: "PagerDuty",
}


def thread_message(
    incident: Incident,
    news: Sequence[Numbered],
    total: int,
    people: Mapping[str, Person],
    base_url: str,
) -> Message:
    """One message about `news`, the entries worth naming of `total` new ones.

    What does not fit is counted, with a link; an escalation always fits, for it calls people.
    """
    calls = [one for one in news if one.entry.kind is Kind.ESCALATED]
    chosen = _fitting([*calls, *(one for one in news if one not in calls)], people)
    lines = [_line(one.entry, people) for one in news if one.number in chosen]
    left = total - len(lines)
    if left > 0:
        address = f"{base_url}/incidents/{incident.name}#timeline"
        lines.append(f"and {link(address, f'{left} more on the timeline', (), own=base_url)}")
    text = "\n".join(lines)
    return Message(text=text, blocks=(section(text),))


def _fitting(news: Sequence[Numbered], people: Mapping[str, Person]) -> set[int]:
    room = TEXT_LENGTH - _MORE_LENGTH
    chosen = set()
    for number, entry in news:
        room -= len(_line(entry, people)) + 1
        if room < 0:
            break
        chosen.add(number)
    return chosen


def _line(entry: Entry, people: Mapping[str, Person]) -> str:
    return f"{clock(entry.at)} {_told(entry, people)}"


def _told(entry: Entry, people: Mapping[str, Person]) -> str:
    did = _DID.get(entry.kind)
    text = said(entry.text, _LINE_LENGTH)
    by = "" if entry.actor == BOT else f" by {person(entry.actor, people)}"
    if entry.kind is Kind.OPERATION and isinstance(entry.data.get("operation"), str):
        name = str(entry.data["operation"])
        words = entry.text.removeprefix(f"{name}: ")
        return f"*{said(name, 20)}*{by}: {told(words, people, _LINE_LENGTH)}"
    if did is None:
        return text
    if entry.kind is Kind.ESCALATED:
        called = _called(entry, people)
        return f"*{did}*{by}: {calling(entry.text, people)}{f' · {called}' if called else ''}"
    if entry.kind is Kind.ROLE and isinstance(entry.data.get("person"), str):
        role = said(str(entry.data.get("role", "role")), 40)
        return f"*{did}*{by}: {role} is {person(str(entry.data['person']), people)}"
    return f"*{did}*{by}" if entry.text == did else f"*{did}*{by}: {text}"


def _called(entry: Entry, people: Mapping[str, Person]) -> str:
    """The level's people and groups, mentioned, so that Slack notifies them."""
    names = [person(f"slack:{user}", people) for user in _words(entry.data.get("people"))]
    groups = [group(str(name)) for name in _words(entry.data.get("groups"))]
    return joined([*groups, *names], _LINE_LENGTH, " ")


def _words(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()
