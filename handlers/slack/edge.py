"""The Slack edge put together: its route, and the threads that belong to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from slack_bolt import App
from slack_sdk import WebClient

from bot.bot import Bot
from bot.settings import Settings
from handlers.slack.bridge import slack_routes
from handlers.slack.desk import Desk
from handlers.slack.listeners import bolt_app, silent
from handlers.slack.private import Private
from handlers.slack.socket_mode import SocketMode
from handlers.web.access import Door

TIMEOUT = 5  # seconds, for the one call that Socket Mode makes


@dataclass(frozen=True, kw_only=True)
class SlackEdge:
    app: App
    routes: APIRouter
    private: Private
    socket: SocketMode | None

    def start(self) -> None:
        self.private.start()
        if self.socket is not None:
            self.socket.start()

    def stop(self) -> None:
        """Takes no more first, then sends what it still has to say."""
        if self.socket is not None:
            self.socket.stop()
        self.private.stop()


def slack_edge(bot: Bot, settings: Settings, door: Door, now: Callable[[], datetime]) -> SlackEdge:
    private = Private(settings.slack_api_url)
    desk = Desk(bot=bot, door=door, private=private)
    client = WebClient(
        base_url=f"{settings.slack_api_url.rstrip('/')}/",
        timeout=TIMEOUT,
        retry_handlers=[],
        logger=silent,
    )
    app = bolt_app(desk, client)
    socket = None
    if settings.socket_mode and settings.slack_app_token is not None:
        socket = SocketMode(app, settings.slack_app_token)
    return SlackEdge(
        app=app,
        routes=slack_routes(app, settings.slack_signing_secrets, now),
        private=private,
        socket=socket,
    )
