"""Slack's own ways with HTTP: a call that is cut off, and a clock that every answer tells."""

from collections.abc import Callable
from email.utils import formatdate

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.twin import transport


def cut(request: Request) -> Response:
    """Closes the socket now; what is returned goes nowhere."""
    transport.cut(request.scope)
    return Response(status_code=503)


class Dated:
    """Every answer carries the twin's own time, which callers measure their clock against."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float]) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = formatdate(self._clock(), usegmt=True).encode()
                message["headers"] = [*message.get("headers", ()), (b"date", date)]
            await send(message)

        await self._app(scope, receive, dated if scope["type"] == "http" else send)
