"""The HTTP application: every edge on one server, and what stands around all of them."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.bot import Bot
from bot.settings import Settings
from handlers.api.access import Gate
from handlers.api.routes import api_app
from handlers.front_door import FrontDoor
from handlers.keys import local_key
from handlers.own_health import health_routes
from handlers.request_id import RequestIds
from handlers.slack.edge import slack_edge
from handlers.tokens import Verifier
from handlers.web.access import Door
from handlers.web.live import Live
from handlers.web.routes import page_routes
from handlers.webhooks.routes import webhook_routes


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Edges:
    """Everything the bot serves, as one ASGI application; its lifespan is the bot's.

    Whoever runs it closes `live` before it waits for open connections.
    """

    served: ASGIApp
    live: Live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.served(scope, receive, send)


def create_app(bot: Bot, settings: Settings, *, now: Callable[[], datetime] = utc_now) -> Edges:
    key = local_key(settings.data_dir)
    verifier = Verifier.of(key, key_files=settings.jwt_public_keys, jwks_url=settings.jwks_url)
    door = Door.of(settings, verifier, now)
    live = Live(bot, door)
    slack = slack_edge(bot, settings, door, now)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        bot.start()
        slack.start()
        _settle()
        yield
        await run_in_threadpool(slack.stop)
        await run_in_threadpool(bot.stop)

    app = FastAPI(lifespan=lifespan, openapi_url=None, redirect_slashes=False)
    webhooks = webhook_routes(bot, settings, now)
    app.include_router(webhooks)
    app.include_router(slack.routes)
    app.include_router(health_routes(bot))
    gate = Gate(verifier=verifier, now=now)
    app.mount("/api/v1", api_app(bot, gate, cors_origins=settings.cors_origins))
    app.include_router(page_routes(bot, settings, door, live))
    return Edges(served=RequestIds(FrontDoor(app, webhooks.routes)), live=live)


def _settle() -> None:
    """What stands now stays: the collector need not look through it at every storm."""
    gc.collect()
    gc.freeze()
