"""What somebody can do with an incident now, as words to copy into Slack or a terminal."""

from typing import NamedTuple

from bot.domain.incidents.incident import Incident, State
from bot.domain.incidents.life import TOP_LEVEL
from bot.domain.verbs.saying import one_word


class Move(NamedTuple):
    label: str
    words: str


def moves(one: Incident, *, can_roll_back: bool = False) -> tuple[Move, ...]:
    """The likeliest first."""
    if one.merged_into:
        return (Move("Show the one it is part of", f"incident show INC-{one.merged_into}"),)
    note = Move("Note", f'note {one.name} "what you saw"')
    if not one.is_open:
        return (Move("Reopen", f"incident reopen {one.name}"), note)
    return (
        *_answers(one),
        *((Move("Escalate", f"escalate {one.name}"),) if one.level < TOP_LEVEL else ()),
        *(
            (Move("Mitigated", f"incident mitigate {one.name}"),)
            if one.state is not State.MITIGATED
            else ()
        ),
        Move("Resolve", f"resolve {one.name}"),
        note,
        *(_rollback(one) if can_roll_back else ()),
    )


def _answers(one: Incident) -> tuple[Move, ...]:
    return () if one.acknowledged_at else (Move("Acknowledge", f"ack {one.name}"),)


def _rollback(one: Incident) -> tuple[Move, ...]:
    """It makes a plan; nothing is done before that is approved."""
    words = f"rollback {one_word(one.environment)} --component {one_word(one.component or '')}"
    return (Move("Plan a rollback", f"{words} {one.name}"),)
