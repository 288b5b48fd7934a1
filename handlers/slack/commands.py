"""`/candlefish …`: the words go to the bot, and the acknowledgement carries the private answer."""

from typing import Any

from bot.cards.answers import answer, private
from bot.cards.home import Overview, menu
from bot.domain.errors import Misuse
from bot.domain.reply import Reply
from bot.domain.verbs import parse, verb_alone
from handlers.slack import forms
from handlers.slack.desk import Desk, actor_of, guarded
from handlers.slack.shapes import Command
from handlers.slack.strangers import STRANGER, is_stranger

COMMAND = "/candlefish"


def answered(desk: Desk, said: Command) -> dict[str, Any] | str:
    """What the acknowledgement carries; empty where the same command came before."""
    if said.command != COMMAND:
        return answer(f"That command is not known here. Say `{COMMAND} help`.", {})
    if is_stranger(said):
        return answer(STRANGER, {})
    verb, changes = _meant(said.text)
    repeated: list[str] = []

    def reply() -> Reply:
        if changes and not desk.first_time("command", said.trigger_id):
            repeated.append(verb)
            return Reply(text="")
        alone = verb_alone(said.text)
        form = forms.named(alone.name) if alone else None
        if form is not None and said.trigger_id:
            return forms.opened_by_command(desk, form, said)
        return desk.ask(said.text, said.user_id, place=said.channel_id)

    told = guarded(reply)
    if repeated or not told.text:
        return ""
    if verb == "menu" and told.status == 0:
        return _menu(desk, said.user_id, told)
    return desk.shown(told, said.user_id)


def _meant(text: str) -> tuple[str, bool]:
    """The verb's name, and whether it changes anything."""
    try:
        verb = parse(text).verb
    except Misuse:
        return "", False
    return verb.name, verb.changes


def _menu(desk: Desk, user: str, told: Reply) -> dict[str, Any]:
    view = Overview(
        incidents=forms.open_incidents(desk.bot),
        user=actor_of(user),
        people=desk.bot.catalogue().people,
        base_url=desk.door.base_url,
    )
    return private(menu(view), told.text)
