"""What a press of a button means: a command about its incident, a form, or the way to a page."""

import re
from collections.abc import Mapping

from bot.cards.actions import (
    ACK,
    ESCALATE,
    MORE,
    REOPEN,
    Choice,
    Decision,
    chosen,
    decision_about,
)
from bot.cards.answers import answer, link_row, private
from bot.cards.home import FORM, SAY
from bot.cards.mrkdwn import section
from bot.domain.verbs.reply import Reply
from handlers.slack import forms
from handlers.slack.desk import Desk, actor_of, delivery, guarded
from handlers.slack.shapes import Action, Click
from handlers.slack.strangers import STRANGER, is_stranger

_SAYS: Mapping[str, str] = {
    ACK: "incident ack",
    ESCALATE: "escalate",
    REOPEN: "incident reopen",
    Choice.MITIGATED: "incident mitigate",
}
_DECIDES: Mapping[str, str] = {
    Decision.APPROVE: "operation approve",
    Decision.CANCEL: "operation cancel",
    Decision.REVERT: "operation revert",
    Decision.KEEP: "operation close",
    Decision.NEXT: "operation next",
}
_NAME = re.compile(r"INC-[1-9][0-9]{0,8}")
_OUTDATED = "This button is from an older Candlefish. Say `/candlefish` for the present ones."
OPEN = "open"  # a link: Slack opens the page, and tells us only that it did


def clicked(desk: Desk, click: Click) -> None:
    """Does what the button says, once; a refusal is told to the person alone."""
    action = click.actions[0]
    if action.action_id == OPEN:
        return
    if is_stranger(click, desk.bot.team()):
        desk.tell(click, answer(STRANGER, {}))
        return
    told = guarded(lambda: _done(desk, click, action))
    if told.text:
        desk.tell(click, desk.shown(told, click.user.id))
    if click.view is not None:
        desk.bot.want_home(click.user.id)


def _done(desk: Desk, click: Click, action: Action) -> Reply:
    """An empty reply where the card, the thread or a form says it all."""
    word, incident = _meant(action)
    once = delivery("click", *_parts(click, action))
    if word == SAY:
        return desk.ask(action.picked, click.user.id, place=_place(click), once=once)
    said = _said(word, action.picked, incident)
    if said is not None:
        return _moved(desk, click, *said, once)
    if not desk.first_time(once):
        return Reply(text="")
    if word == FORM and action.picked in forms.FORMS:
        return forms.opened_by_click(desk, click, action.picked, None)
    if not _NAME.fullmatch(incident):
        return Reply(text=_OUTDATED, status=1)
    return _shown_about(desk, click, word, incident)


def _moved(desk: Desk, click: Click, words: str, incident: str, once: str) -> Reply:
    told = desk.ask(words, click.user.id, place=_place(click), incident=incident, once=once)
    shows_itself = click.view is not None or not click.container.is_ephemeral
    return Reply(text="") if told.status == 0 and shows_itself else told


def _said(word: str, picked: str, incident: str) -> tuple[str, str] | None:
    """The verb that a button says, and the incident it is said about."""
    if word in _SAYS and _NAME.fullmatch(incident):
        return f"{_SAYS[word]} {incident}", incident
    decided = decision_about(picked) if word in _DECIDES else None
    if decided is None:
        return None
    # What was seen is what is approved: its hash goes with the words.
    seen = f" --plan-hash {decided.plan_hash}" if decided.plan_hash else ""
    return f"{_DECIDES[word]} {decided.operation}{seen}", decided.incident


def _shown_about(desk: Desk, click: Click, word: str, incident: str) -> Reply:
    if word == Choice.TIMELINE:
        return _timeline(desk, click, incident)
    if word in forms.BY_CHOICE:
        return forms.opened_by_click(desk, click, forms.BY_CHOICE[Choice(word)], incident)
    return Reply(text=_OUTDATED, status=1)


def _place(click: Click) -> str | None:
    return click.channel.id if click.channel else None


def _meant(action: Action) -> tuple[str, str]:
    """A word, and the incident's name; both empty for what no card of ours holds."""
    word = action.action_id.partition(":")[0]
    if word == MORE:
        choice = chosen(action.picked)
        return (choice[0].value, choice[1]) if choice else ("", "")
    return word, action.picked


def _parts(click: Click, action: Action) -> tuple[str, ...]:
    if click.trigger_id:
        return (click.trigger_id,)
    return action.action_ts, click.user.id, action.picked


def _timeline(desk: Desk, click: Click, incident: str) -> Reply:
    place = _place(click)
    may_look = desk.ask(f"timeline {incident}", click.user.id, place=place, incident=incident)
    if may_look.status:
        return may_look
    address = desk.door.page_link(f"/incidents/{incident}", actor=actor_of(click.user.id))
    words = f"The timeline of {incident}, for you alone, for ten minutes:"
    row = link_row(f"Open {incident}", address)
    desk.tell(click, private([section(words), row], words))
    return Reply(text="")
