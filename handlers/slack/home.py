"""Somebody opened the App Home: a loop draws it, and the event is acknowledged at once."""

import re

from bot.domain.errors import Unavailable
from handlers.slack.desk import Desk, delivery
from handlers.slack.shapes import Event

OPENED = "app_home_opened"
_USER = re.compile(r"[UW][A-Z0-9]{0,30}")


def happened(desk: Desk, said: Event) -> None:
    """Wants the Home drawn, once for an event that Slack sends again."""
    user = said.event.user
    if said.event.type != OPENED or said.event.tab not in {"", "home"}:
        return
    if isinstance(user, str) and _USER.fullmatch(user) and _is_new(desk, said):
        desk.bot.want_home(user)


def _is_new(desk: Desk, said: Event) -> bool:
    try:
        return desk.first_time(delivery("event", said.event_id))
    except Unavailable:
        return True  # drawing a Home twice does no harm
