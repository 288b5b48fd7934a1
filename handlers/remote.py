"""A chat verb from the terminal: sent to the running bot, answered as the table of exits says."""

import json
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.domain.errors import Misuse, Refused, Unavailable
from bot.domain.names import number_of_operation
from bot.domain.operations.operation import State
from bot.domain.verbs.parsing import parse
from bot.domain.verbs.saying import typed
from bot.domain.wording import escaped, visible
from bot.settings import Settings
from handlers.following import Followed, follow, wanted
from handlers.line import Line, not_candlefish

REFUSED, MISUSE, UNAVAILABLE = 1, 2, 3
_STATUSES = (0, REFUSED, MISUSE, UNAVAILABLE)
FLAGS = _JSON, _WAIT = "--json", "--wait"

Follow = Callable[[Line, str, Callable[[str], None], Collection[State]], Followed]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`text` for a person on standard output or error, `status` for the shell.

    `is_data` says that `text` is what a program reads, whatever the status.
    """

    status: int
    text: str
    is_data: bool = False


def ask(
    words: Sequence[str],
    settings: Settings,
    follow: Follow = follow,
    say: Callable[[str], None] | None = None,
) -> Answer:
    """Sends the verb to the bot at CANDLEFISH_BASE_URL; with `--wait` follows what it begins.

    `say` is told what is new meanwhile; else it is printed, aside from what programs read.
    """
    as_json, wait = _JSON in words, _WAIT in words
    text = typed([word for word in words if word not in FLAGS])
    line = Line(settings)
    try:
        told = _said(line, text)
        name = _operation(told) if wait and told["status"] == 0 else None
        if name is None:
            return Answer(status=told["status"], text=_shown(told, as_json=as_json))
        say = _visibly(
            say or partial(print, file=sys.stderr if as_json else sys.stdout, flush=True)
        )
        say(told["text"])
        ends = wanted(_verb(text), told["data"])
        return _followed(follow(line, name, say, ends), as_json=as_json)
    except (Refused, Unavailable) as error:
        return Answer(status=error.status, text=visible(str(error)))


def tell(answer: Answer) -> None:
    to_a_person = answer.status and not answer.is_data
    print(answer.text, file=sys.stderr if to_a_person else sys.stdout)


def _visibly(say: Callable[[str], None]) -> Callable[[str], None]:
    """A terminal obeys what others wrote, unless it is taken out of their words."""
    return lambda words: say(visible(words))


def _said(line: Line, text: str) -> Mapping[str, Any]:
    told = line.call("POST", "/commands", {"text": text, "incident": None})
    if told.get("status") not in _STATUSES or not isinstance(told.get("text"), str):
        raise not_candlefish(line)
    return told


def _verb(text: str) -> str:
    """The bot has understood it; a terminal that is older than the bot need not."""
    try:
        return parse(text).verb.name
    except Misuse:
        return ""


def _operation(told: Mapping[str, Any]) -> str | None:
    """The operation that an answer is about; a list of them is about none."""
    data = told.get("data")
    name = data.get("id") if isinstance(data, dict) else None
    is_one = isinstance(name, str) and name.startswith("OP-") and number_of_operation(name)
    return name if is_one else None


def _followed(end: Followed, *, as_json: bool) -> Answer:
    if as_json and end.operation:
        return Answer(status=end.status, text=_data(end.operation), is_data=True)
    return Answer(status=end.status, text=visible(end.text))


def _shown(told: Mapping[str, Any], *, as_json: bool) -> str:
    """With --json the verb's data alone, ready for jq; what has none says its words instead."""
    if not as_json:
        return visible(str(told["text"]))
    data = told.get("data") or {"status": told["status"], "text": told["text"]}
    return _data(data)


def _data(told: Mapping[str, Any]) -> str:
    return escaped(json.dumps(told, indent=2, ensure_ascii=False))
