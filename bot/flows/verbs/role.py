"""`incident role`: who leads, speaks, works or writes."""

from bot.domain.incidents import life
from bot.domain.verbs.reply import Reply
from bot.flows.verbs.people import meant
from bot.flows.verbs.question import Question


def role(q: Question) -> Reply:
    person = meant(q, q.value("person"))
    change = life.give_role(q.incident, q.value("role"), person, q.actor, q.now)
    return q.keep(change, f"@{person} is {q.value('role')} of {change.incident.name} now.")
