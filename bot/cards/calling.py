"""A call for people, in little room: its middle is cut, never the command at its end."""

from collections.abc import Mapping

from bot.cards.mrkdwn import ELLIPSIS, said
from bot.cards.operation_words import named
from bot.domain.ops_data.people import Person
from bot.domain.wording import on_one_line

_HEAD_LENGTH, _END_LENGTH = 400, 240
_WIDEST = len("&amp;")
_TICK = "`"


def calling(text: str, people: Mapping[str, Person]) -> str:
    """Escaped; the people in it have their names."""
    words = on_one_line(named(text, people))
    whole = said(words, len(words) * _WIDEST)
    if len(whole) <= _HEAD_LENGTH + _END_LENGTH:
        return whole
    start = _end_of(words)
    return f"{_head(words[:start])} {said(words[start:].strip(), _END_LENGTH * _WIDEST)}"


def _end_of(words: str) -> int:
    """Where the end begins: with a whole word, and not within a command."""
    least = max(len(words) - _END_LENGTH, 0)
    start = max(words.find(" ", least), least)
    opened = words.rfind(_TICK, 0, start)
    within = words.count(_TICK, 0, start) % 2 == 1
    return opened if within and opened >= least - _END_LENGTH else start


def _head(words: str) -> str:
    head = said(words.rstrip(), _HEAD_LENGTH)
    if head.count(_TICK) % 2 == 0:
        return head
    return f"{head.rpartition(_TICK)[0].rstrip()}{ELLIPSIS}"
