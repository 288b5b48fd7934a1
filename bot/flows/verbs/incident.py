"""`incident ack`, `resolve` and the other moves of one incident by hand."""

from bot.domain.incidents import life
from bot.domain.incidents.declare import hand_key
from bot.domain.severity import Severity
from bot.domain.verbs.reply import Reply
from bot.domain.wording import count, foreign
from bot.flows.verbs.question import Question


def ack(q: Question) -> Reply:
    change = life.acknowledge(q.incident, q.actor, q.now)
    name = change.incident.name
    return q.keep(
        change,
        f"You have {name}: {foreign(change.incident.title)}\n"
        f"Next: {q.say(f'timeline {name}')}, {q.say(f'escalate {name}')} for help, "
        f"{q.say(f'incident mitigate {name}')} when users no longer suffer.",
    )


def mitigate(q: Question) -> Reply:
    change = life.mitigate(q.incident, q.actor, q.now, q.value("note"))
    name = change.incident.name
    return q.keep(
        change, f"{name} is mitigated. When it is over: {q.say(f'incident resolve {name}')}."
    )


def resolve(q: Question) -> Reply:
    change = life.resolve(q.incident, q.actor, q.now, q.value("note"))
    one = change.incident
    firing = count(one.alerts_firing, "alert")
    still = (
        f" Still firing: {firing}. It opens again when one starts anew."
        if one.alerts_firing
        else ""
    )
    return q.keep(change, f"{one.name} is resolved.{still}")


def reopen(q: Question) -> Reply:
    key = hand_key(q.incident.id)
    change = life.reopen(q.incident, q.actor, q.now, open_key=key, note=q.value("note"))
    name = change.incident.name
    return q.keep(change, f"{name} is open again. To take it: {q.say(f'incident ack {name}')}.")


def note(q: Question) -> Reply:
    change = life.note(q.incident, q.actor, q.now, q.value("text"))
    return q.keep(change, f"Noted on {change.incident.name}.")


def severity(q: Question) -> Reply:
    before = q.incident.severity
    wanted = Severity(q.value("severity"))
    change = life.grade(q.incident, wanted, q.actor, q.now, q.value("why"))
    return q.keep(change, f"{change.incident.name} went from {before} to {wanted}.")
