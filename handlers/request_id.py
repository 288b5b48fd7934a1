"""Gives each request an id that its log lines and its answer carry."""

import itertools
import uuid

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = b"x-request-id"
_LONGEST = 64


class RequestIds:
    """Takes the sender's id where it is a plain word, else makes one; plain ASGI, for its speed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._process = uuid.uuid4().hex[:8]
        self._count = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _given(scope) or f"{self._process}-{next(self._count)}"

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (HEADER, request_id.encode())]
            await send(message)

        # Each request is a task with a context of its own: nothing is left to unbind.
        structlog.contextvars.bind_contextvars(request_id=request_id)
        await self._app(scope, receive, send_with_id)


def _given(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == HEADER and len(value) <= _LONGEST:
            word: str = value.decode("latin-1")
            return word if word.isascii() and word.replace("-", "").isalnum() else ""
    return ""
