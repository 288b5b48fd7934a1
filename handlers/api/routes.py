"""/api/v1 as an application of its own: its answers, its OpenAPI, and nothing of the pages'."""

from collections.abc import Sequence
from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from bot.bot import Bot
from handlers.api import commands, failures, incidents, operations, reference
from handlers.api.access import Gate

_ABOUT = (
    "Incidents, their alerts and their timelines, operations, and every verb of the bot. "
    "Send a token that 'candlefish token' prints: Authorization: Bearer …"
)


def api_app(bot: Bot, gate: Gate, *, cors_origins: Sequence[str] = ()) -> FastAPI:
    """To be mounted; pages of `cors_origins` alone may call it from a browser."""
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
    app.include_router(operations.router)
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
