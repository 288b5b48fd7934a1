"""A form sent: its fields become the words of a command, and a refusal stands at its field."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from bot.cards.answers import people_in, spoken
from bot.cards.modals import EVERYTHING, notice
from bot.domain.names import number_of_incident
from bot.domain.verbs.reply import Reply
from bot.domain.verbs.saying import written
from bot.domain.verbs.table import BY_NAME
from handlers.slack.desk import Desk, delivery, guarded
from handlers.slack.forms import FORMS
from handlers.slack.shapes import Submission
from handlers.slack.strangers import STRANGER, is_stranger

# Where a refusal is shown: Slack shows it only at a field.
_BLAMED: Mapping[str, str] = {
    "declare": "title",
    "note": "text",
    "severity": "severity",
    "silence": "alert",
    "resolve": "note",
    "rollback": "component",
}
_MOST_SENT = 1000


class _About(msgspec.Struct, frozen=True):
    """What `bot.cards.modals.About` packed."""

    form: str
    incident: str | None = None
    only: str | None = None
    place: str | None = None


_about = msgspec.json.Decoder(_About)


@dataclass(kw_only=True)
class Sent:
    """Forms that did their work: sent again, they do nothing. A refused one may be sent again."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _done: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _under_way: set[str] = field(default_factory=set)

    def begin(self, view: str) -> bool:
        with self._lock:
            if view in self._done or view in self._under_way:
                return False
            self._under_way.add(view)
            return True

    def end(self, view: str, *, done: bool) -> None:
        with self._lock:
            self._under_way.discard(view)
            if done:
                self._done[view] = None
                if len(self._done) > _MOST_SENT:
                    self._done.popitem(last=False)


def submitted(desk: Desk, sent: Sent, said: Submission) -> dict[str, Any] | str:
    """What the acknowledgement carries: nothing, which closes the form, or what is wrong."""
    about = _read(said)
    if about is None:
        return ""
    if is_stranger(said, desk.bot.team()):
        return _errors(about.form, STRANGER)
    view = said.view.id
    if not sent.begin(view):
        return ""
    told: Reply | None = None
    try:
        told = guarded(lambda: _done(desk, said, about))
    finally:
        sent.end(view, done=told is not None and told.status == 0)
    if told.status:
        return _errors(about.form, spoken(told.text, desk.bot.names(people_in(told.text))))
    if about.place is None:
        desk.bot.want_home(said.user.id)
    return _closing(desk, said, about, told)


def _closing(desk: Desk, said: Submission, about: _About, told: Reply) -> dict[str, Any] | str:
    """A form that stood on a card closes, for the card tells; another one says what came of it."""
    if about.incident or about.only or not told.text:
        return ""
    blocks = desk.shown(told, said.user.id)["blocks"]
    return {"response_action": "update", "view": notice(blocks)}


def _done(desk: Desk, said: Submission, about: _About) -> Reply:
    given = _given(said)
    if about.form == "rollback" and given.get("component") == EVERYTHING:
        del given["component"]
    meant = given.pop("incident", "") or about.incident or about.only or ""
    named = number_of_incident(meant)
    words = written(BY_NAME[FORMS[about.form]], given, incidents=[named] if named else [])
    once = delivery("form", said.view.id, said.trigger_id)
    return desk.ask(words, said.user.id, place=about.place, incident=about.incident, once=once)


def _read(said: Submission) -> _About | None:
    """`None` for what is no form of ours, such as a notice."""
    if not said.view.callback_id.startswith("form:"):
        return None
    try:
        about = _about.decode(said.view.private_metadata.encode())
    except msgspec.MsgspecError:
        return None
    return about if about.form in FORMS else None


def _given(said: Submission) -> dict[str, str]:
    values = said.view.state.values if said.view.state else {}
    filled = {
        name: given.given.strip() for inputs in values.values() for name, given in inputs.items()
    }
    return {name: value for name, value in filled.items() if value}


def _errors(form: str, words: str) -> dict[str, Any]:
    return {"response_action": "errors", "errors": {_BLAMED[form]: words}}
