"""`escalate`: the next level is called, by mentioning its people in the card's thread."""

from dataclasses import replace

from bot.domain.incidents import life
from bot.domain.ops_data.ladder import Level, called, level_people
from bot.domain.verbs.reply import Reply
from bot.flows.verbs.oncall import ladder_of, people_of
from bot.flows.verbs.question import Question


def escalate(q: Question) -> Reply:
    wanted = q.value("level")
    change = life.escalate(
        q.incident, q.actor, q.now, level=int(wanted) if wanted else None, why=q.value("why")
    )
    one = change.incident
    ladder = ladder_of(q.catalogue, one.ladder)
    level = level_people(ladder, one.level) if ladder else Level(number=one.level)
    people = people_of(q.catalogue, level)
    data = {
        "level": one.level,
        "people": [person.slack for person in people if person.slack],
        "groups": list(level.groups),
    }
    (entry,) = change.entries
    entry = replace(entry, data={**entry.data, **data})
    everybody = called(level, people)
    if everybody:
        told = f"{one.name} is at level {one.level} now. Called: {everybody}."
    else:
        told = (
            f"{one.name} is at level {one.level} now, but ladders.yaml names nobody there. "
            f"See {q.say('oncall')}, and use the telephone."
        )
    reply = q.keep(replace(change, entries=(entry,)), told)
    return replace(reply, data={**reply.data, "called": data})
