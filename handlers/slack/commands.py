"""`/candlefish …`: the words go to the bot, and the acknowledgement carries the private answer."""

from typing import Any

from bot.cards.answers import answer, private
from bot.cards.home import Overview, menu
from bot.domain.errors import Misuse
from bot.domain.operations.line import NEEDING
from bot.domain.operations.listing import OperationFilter
from bot.domain.verbs.parsing import parse, verb_alone
from bot.domain.verbs.reply import Reply
from bot.domain.verbs.table import BY_NAME
from bot.domain.verbs.verb import Verb
from handlers.slack import forms
from handlers.slack.desk import Desk, actor_of, delivery, guarded
from handlers.slack.shapes import Command
from handlers.slack.strangers import STRANGER, is_stranger

COMMAND = "/candlefish"
MENU = BY_NAME["menu"]


def answered(desk: Desk, said: Command) -> dict[str, Any] | str:
    """What the acknowledgement carries; nothing for a form, or a command that came before."""
    if said.command != COMMAND:
        return answer(f"That command is not known here. Say `{COMMAND} help`.", {})
    if is_stranger(said, desk.bot.team()):
        return answer(STRANGER, {})
    body: dict[str, Any] = {}

    def reply() -> Reply:
        told = _reply(desk, said)
        if told.status == 0 and _verb(said.text) == MENU:
            body.update(_menu(desk, said.user_id, told))
        return told

    told = guarded(reply)
    if not told.text:
        return ""
    return body or desk.shown(told, said.user_id)


def _reply(desk: Desk, said: Command) -> Reply:
    alone = verb_alone(said.text)
    form = forms.named(alone.name) if alone and said.trigger_id else None
    if form is not None:
        return forms.opened_by_command(desk, form, said)
    once = delivery("command", said.trigger_id)
    return desk.ask(said.text, said.user_id, place=said.channel_id, once=once)


def _menu(desk: Desk, user: str, told: Reply) -> dict[str, Any]:
    view = Overview(
        incidents=forms.open_incidents(desk.bot),
        operations=desk.bot.operations(OperationFilter(states=NEEDING)),
        user=actor_of(user),
        people=desk.bot.catalogue().people,
        base_url=desk.door.base_url,
    )
    return private(menu(view), told.text)


def _verb(text: str) -> Verb | None:
    """`None` where the words are no command."""
    try:
        return parse(text).verb
    except Misuse:
        return None
