"""/runbooks/NAME: what to do, readable while half asleep."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from bot.bot import Bot
from bot.domain.errors import Refused
from handlers.web.markdown import to_html
from handlers.web.render import page


class RunbookPages:
    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def one(self, request: Request, now: datetime) -> Response:
        found = self._bot.catalogue().runbooks.get(request.path_params["name"])
        if found is None:
            raise Refused("There is no runbook of that name.")
        return page("runbook.html", now=now, runbook=found, body=to_html(found.text))
