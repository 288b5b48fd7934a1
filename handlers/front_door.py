"""Takes webhooks past FastAPI's routing, which would cost as much again as storing an alert."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

Endpoint = Callable[[Request], Awaitable[Response]]


class FrontDoor:
    """`routes` stay in the application as well: it answers their other methods."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._takers: dict[str, Endpoint] = {
            route.path: route.endpoint for route in routes if isinstance(route, Route)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        take = self._takers.get(scope["path"]) if scope["type"] == "http" else None
        if take is None or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        response = await take(Request(scope, receive))
        await response(scope, receive, send)
