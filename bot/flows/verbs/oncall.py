"""`oncall`: who is called at which level, from ladders.yaml and people.yaml."""

from collections.abc import Sequence

from bot.domain.incidents.incident import Incident
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.ladder import Ladder, Level, called, level_people
from bot.domain.ops_data.people import Person
from bot.domain.verbs.reply import Reply
from bot.domain.wording import either
from bot.flows.verbs.question import Question
from bot.store import incidents, standing

_DEFAULT = "default"


def ladder_of(catalogue: Catalogue, name: str | None) -> Ladder | None:
    """The ladder of this name, or the default one where there is none such any more."""
    return catalogue.ladders.get(name or _DEFAULT) or catalogue.ladders.get(_DEFAULT)


def people_of(catalogue: Catalogue, level: Level) -> list[Person]:
    return [catalogue.people[name] for name in level.people if name in catalogue.people]


def first_called(q: Question, about: Sequence[Incident]) -> tuple[str, dict[str, object]]:
    """Whom a first escalation of the first of these calls, or of any, in words and as data."""
    ladder = ladder_of(q.catalogue, about[0].ladder if about else None)
    level = ladder.levels[0] if ladder and ladder.levels else Level(number=1)
    members = standing.members(q.tx, level.groups)
    who = _who(q, level, members)
    return f"On call: {who}. All levels: {q.say('oncall')}", _level_json(q, level, members)


def oncall(q: Question) -> Reply:
    ladders = sorted(q.catalogue.ladders.values(), key=lambda one: (one.name != _DEFAULT, one.name))
    groups = {group for ladder in ladders for level in ladder.levels for group in level.groups}
    members = standing.members(q.tx, groups)
    lines: list[str] = []
    for ladder in ladders:
        if len(ladders) > 1:
            lines.append(f"Ladder {ladder.name}:")
        lines += [f"Level {level.number}: {_who(q, level, members)}" for level in ladder.levels]
    for one in incidents.most_urgent(q.tx, 1):
        lines.append(_next_for(q, one.name, one.level, ladder_of(q.catalogue, one.ladder)))
    data = {"ladders": [_ladder_json(q, ladder, members) for ladder in ladders]}
    return Reply(text="\n".join(lines) or "ladders.yaml names nobody.", data=data)


def _next_for(q: Question, name: str, level: int, ladder: Ladder | None) -> str:
    if ladder is None or level >= ladder.top:
        return f"{name} is at its highest level, {level}."
    rung = level_people(ladder, level + 1)
    who = called(rung, people_of(q.catalogue, rung)) or "nobody"
    return f"{name} is at level {level}; {q.say(f'escalate {name}')} calls {who}."


def _who(q: Question, level: Level, members: dict[str, list[str]]) -> str:
    names = [called(Level(number=level.number), people_of(q.catalogue, level))]
    for group in level.groups:
        known = members.get(group)
        within = f" ({either([f'@slack:{user}' for user in known], 'and')})" if known else ""
        names.append(f"@group:{group}{within}")
    return ", ".join(name for name in names if name) or "nobody"


def _ladder_json(q: Question, ladder: Ladder, members: dict[str, list[str]]) -> dict[str, object]:
    levels = [_level_json(q, level, members) for level in ladder.levels]
    return {"name": ladder.name, "levels": levels}


def _level_json(q: Question, level: Level, members: dict[str, list[str]]) -> dict[str, object]:
    people = [{"name": one.name, "slack": one.slack} for one in people_of(q.catalogue, level)]
    groups = [{"id": group, "members": members.get(group, [])} for group in level.groups]
    return {"level": level.number, "people": people, "groups": groups}
