"""`incident merge` and `incident split`: which alerts are one problem, by a person's word."""

from dataclasses import replace

from bot.domain.errors import Misuse, Refused
from bot.domain.incidents import life
from bot.domain.incidents.correlation import pin_of
from bot.domain.incidents.incident import Incident
from bot.domain.incidents.routing import route
from bot.domain.incidents.split import Counted, Taken, split
from bot.domain.incidents.wire import incident_json
from bot.domain.operations import operating
from bot.domain.operations.listing import OperationFilter
from bot.domain.operations.operation import Operation
from bot.domain.verbs.reply import Reply
from bot.domain.verbs.saying import one_word, short
from bot.domain.wording import count, either, foreign
from bot.flows.verbs.question import Question
from bot.store import alerts, calls, freezes, holders, incidents, operations, picked

_SUGGESTED = 5


def merge(q: Question) -> Reply:
    source, target = q.incidents
    # The intake counts under this lock: no alert of the source is on its way meanwhile.
    incidents.next_number(q.tx)
    life.must_be_open(target)
    life.must_be_open(source)
    alerts.move(q.tx, source.id, target.id)
    holders.move(q.tx, source.id, target.id)
    firing, total = alerts.tally(q.tx, target.id)
    gone, kept = life.merge(source, target, q.actor, q.now, firing=firing, total=total)
    came = _with_its_operations(q, source, target)
    told = (operating.told_of(one, q.now, f"came with {source.name}") for one in came)
    incidents.apply(q.tx, [gone, replace(kept, entries=(*kept.entries, *told))])
    one = kept.incident
    text = (
        f"{source.name} is part of {one.name} now: {foreign(one.title)}\n"
        f"{one.name} is {one.severity}, {one.alerts_firing} of {count(one.alerts_total, 'alert')} "
        "firing."
    )
    if came:
        text += f"\n{either((op.name for op in came), 'and')} came with it."
    return Reply(text=text, data=incident_json(one))


def _with_its_operations(q: Question, source: Incident, target: Incident) -> list[Operation]:
    """All of them, and what people are to hear of them, move to the card that people look at.

    Returns those that are open, the oldest first.
    """
    found = operations.page(q.tx, OperationFilter(incident=source.id))
    for table in (operations, freezes, calls):
        table.move(q.tx, source.id, target.id)
    return [replace(one, incident=target.id) for one in reversed(found) if one.closed_at is None]


def split_off(q: Question) -> Reply:
    source = q.incident
    life.must_be_open(source)
    taken = _taken(q)
    number = incidents.next_number(q.tx)
    left, moved = _counts_after(q, taken)
    if not left.total:
        raise Refused(
            f"That is every alert of {source.name}: nothing would be left of it.",
            "Name some of them only.",
        )
    stays, goes = split(source, number, taken, actor=q.actor, now=q.now, left=left, moved=moved)
    incidents.apply(q.tx, [goes, stays])
    incidents.used_numbers(q.tx, number, number + 1)
    alerts.move_some(q.tx, [one.alert.id for one in taken], number)
    holders.hold(q.tx, {pin_of(one.told.key): number for one in taken})
    text = (
        f"{goes.incident.name} is open with {count(moved.total, 'alert')} from {source.name}: "
        f"{foreign(goes.incident.title)}"
    )
    if not left.firing:
        over = q.say(f"incident resolve {source.name}")
        text += f"\nNothing fires in {source.name} any more. If it is over: {over}"
    return Reply(text=text, data=incident_json(goes.incident))


def _taken(q: Question) -> list[Taken]:
    name, words = q.incident.name, [word.text for word in q.command.many]
    if not words:
        raise Misuse(f"Which alerts of {name} are another problem?", _suggestions(q))
    found = picked.in_incident(q.tx, q.incident.id, words)
    told = {one.fingerprint for one in found}
    told |= {one.labels.get("alertname", "").casefold() for one in found}
    for word in words:
        if word not in told and word.casefold() not in told:
            raise Refused(f"{name} has no alert “{short(word)}”.", _suggestions(q))
    return [Taken(alert=one, routed=route(q.catalogue, one.labels)) for one in found]


def _suggestions(q: Question) -> str:
    names = picked.names(q.tx, q.incident.id)[:_SUGGESTED]
    if not names:
        return "None of its alerts fires now."
    ready = (f"`incident split {q.incident.name} {one_word(name)}`" for name in names)
    return f"Try {either(ready)}."


def _counts_after(q: Question, taken: list[Taken]) -> tuple[Counted, Counted]:
    firing, total = alerts.tally(q.tx, q.incident.id)
    gone = {one.alert.fingerprint for one in taken}
    gone_firing = {one.alert.fingerprint for one in taken if one.alert.ends_at is None}
    moved = Counted(firing=len(gone_firing), total=len(gone))
    return Counted(firing=firing - moved.firing, total=total - moved.total), moved
