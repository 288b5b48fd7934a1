"""Which incident a command is about: the one named, the one at hand, or the only one open."""

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.domain.errors import Refused
from bot.domain.incidents.incident import Incident, State
from bot.domain.incidents.life import must_be_open
from bot.domain.incidents.listing import Filter
from bot.domain.names import number_of_incident
from bot.domain.verbs.saying import written
from bot.domain.verbs.verb import About, Command
from bot.domain.wording import count, foreign
from bot.flows.verbs.question import existing
from bot.store import incidents, picked

_SHOWN = 5


def numbers(tx: Connection, command: Command, at_hand: str | None) -> tuple[int, ...]:
    """The numbers of the incidents the command is about; raises `Refused` where that is open."""
    about = command.verb.about
    here = number_of_incident(at_hand) if at_hand else None
    if about is About.NOTHING:
        return ()
    if about is About.TWO:
        return _two(tx, command, here)
    named = command.incidents or ((here,) if here else ())
    if not named and about is About.SOME:
        return ()
    if not named and about is About.PERHAPS:
        named = _where_it_fires(tx, command)
    elif not named:
        named = (_only(tx, command, ended=about is About.ENDED),)
    for number in named:
        existing(tx, number)
    return named


def _two(tx: Connection, command: Command, here: int | None) -> tuple[int, int]:
    first = existing(tx, command.incidents[0])
    must_be_open(first)
    source = first.id
    if len(command.incidents) > 1:
        return source, existing(tx, command.incidents[1]).id
    if here is not None and here != source:
        return source, existing(tx, here).id
    others = [one for one in incidents.most_urgent(tx, _SHOWN + 1) if one.id != source]
    if len(others) == 1:
        return source, others[0].id
    if not others:
        raise Refused(
            f"INC-{source} is the only open incident.", "There is nothing to merge it into."
        )
    raise _which(f"Merge INC-{source} into which one?", command, others, (source,))


def _only(tx: Connection, command: Command, *, ended: bool) -> int:
    if ended:
        ended_ones = incidents.page(tx, Filter(states=(State.RESOLVED,)))
        over = [one for one in ended_ones if one.merged_into is None][:_SHOWN]
        if not over:
            raise Refused("No incident has ended.", "`incident list` shows the open ones.")
        raise _which("Which one?", command, over)
    found = incidents.most_urgent(tx, _SHOWN + 1)
    if len(found) == 1:
        return found[0].id
    if not found:
        raise Refused("No incident is open.", f"To look at an old one: `{_of(command, (1,))}`.")
    some = (
        f"More than {_SHOWN} incidents are"
        if len(found) > _SHOWN
        else f"{len(found)} incidents are"
    )
    raise _which(f"{some} open. Which one?", command, found[:_SHOWN])


def _where_it_fires(tx: Connection, command: Command) -> tuple[int, ...]:
    """The one open incident in which the named alert fires; none is an answer too."""
    alert = command.values["alert"]
    found = incidents.by_numbers(tx, picked.firing(tx, alert))
    if len(found) > 1:
        some = count(len(found), "open incident")
        worst = sorted(found.values(), key=lambda one: (one.severity, one.id))[:_SHOWN]
        raise _which(f"{alert} fires in {some}. Which one?", command, worst)
    return tuple(found)


def _which(
    fact: str, command: Command, candidates: Sequence[Incident], before: tuple[int, ...] = ()
) -> Refused:
    lines = [
        f"`{_of(command, (*before, one.id))}` {one.severity} {foreign(one.title)}"
        for one in candidates
    ]
    return Refused(fact, "\n" + "\n".join(lines))


def _of(command: Command, named: Sequence[int]) -> str:
    return written(command.verb, command.values, command.many, named).replace("`", "'")
