"""Whom a person means by `@ada`, `@me` or a Slack mention."""

from difflib import get_close_matches

from bot.domain.errors import Misuse
from bot.domain.ops_data.people import address
from bot.domain.verbs.saying import short, written
from bot.flows.verbs.question import Question

_SELF = ("me", "you", "myself")


def meant(q: Question, word: str) -> str:
    """The actor, such as `slack:U1`; raises `Misuse` for a name that nobody has."""
    name = word.removeprefix("@")
    if name.casefold() in _SELF:
        return q.actor
    surface, _, known_as = name.partition(":")
    if surface == "slack" and known_as.isalnum():
        return name
    for person in q.catalogue.people.values():
        if name.casefold() in (person.name.casefold(), person.login.casefold()):
            return address(person)
    close = get_close_matches(name.casefold(), list(q.catalogue.people), n=1) or ["me"]
    values = {**q.command.values, "person": f"@{close[0]}"}
    better = written(q.command.verb, values, incidents=[one.id for one in q.incidents])
    raise Misuse(f"Nobody is called “{short(word)}” in people.yaml.", f"Did you mean `{better}`?")
