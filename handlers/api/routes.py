"""/api/v1 as an application of its own: its answers, its OpenAPI, and nothing of the pages'."""

from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.metadata import version

from fastapi import APIRouter, FastAPI
from starlette.middleware.cors import CORSMiddleware

from bot.bot import Bot
from bot.settings import Settings
from handlers.api import commands, failures, incidents, reference
from handlers.api.access import Gate
from handlers.tokens import Verifier

_ABOUT = (
    "Incidents, their alerts and their timelines, and every verb of the bot. "
    "Send `Authorization: Bearer …` with a token that `candlefish token` prints."
)


def api_routes(
    bot: Bot, settings: Settings, verifier: Verifier, now: Callable[[], datetime]
) -> APIRouter:
    router = APIRouter()
    gate = Gate(verifier=verifier, now=now)
    router.mount("/api/v1", api_app(bot, gate, cors_origins=settings.cors_origins))
    return router


def api_app(bot: Bot, gate: Gate, *, cors_origins: Sequence[str] = ()) -> FastAPI:
    """Pages of `cors_origins` alone may call it from a browser."""
    app = FastAPI(
        title="Candlefish",
        description=_ABOUT,
        version=version("candlefish"),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.bot, app.state.gate = bot, gate
    failures.install(app)
    app.include_router(incidents.router)
    app.include_router(commands.router)
    app.include_router(reference.router)
    if cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
            expose_headers=["Retry-After", "WWW-Authenticate"],
        )
    return app
