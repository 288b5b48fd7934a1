"""Server-sent events: tells an open page that what it shows has changed, and the page loads it.

Async, for a viewer that waits must not hold one of the threads that answer requests.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from bot.bot import Bot
from bot.domain.errors import Refused, Unavailable
from bot.domain.names import number_of_incident
from handlers.web.access import Door, NoEntry
from handlers.web.watcher import Watcher

HEARTBEAT = 15.0
# Afterwards the browser connects anew, and whoever may not look any more does not get in.
_LONGEST = 3600.0
_DIGITS = 18
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
}


class Live:
    """The event streams; `close()` ends them all, on the loop that serves them."""

    def __init__(
        self, bot: Bot, door: Door, watcher: Watcher | None = None, *, heartbeat: float = HEARTBEAT
    ) -> None:
        self._bot, self._door, self._watcher = bot, door, watcher or Watcher(bot)
        self._heartbeat = heartbeat

    def close(self) -> None:
        self._watcher.close()

    async def of_all(self, request: Request) -> Response:
        return await self._stream(request, None)

    async def of_one(self, request: Request) -> Response:
        number = number_of_incident(request.path_params["name"])
        if number is None:
            return _no(HTTPStatus.NOT_FOUND, "There is no incident of that name.")
        return await self._stream(request, number)

    async def _stream(self, request: Request, number: int | None) -> Response:
        try:
            await run_in_threadpool(self._door.check, request)
            if number is not None:
                await run_in_threadpool(self._bot.incident, number)
        except NoEntry as why:
            return _no(HTTPStatus.UNAUTHORIZED, str(why))
        except Refused as why:
            return _no(HTTPStatus.NOT_FOUND, str(why))
        except Unavailable as why:
            return _no(HTTPStatus.SERVICE_UNAVAILABLE, str(why))
        if self._watcher.full:
            return _no(HTTPStatus.SERVICE_UNAVAILABLE, "Too many people watch; reload instead.")
        if request.method == "HEAD":
            return Response(media_type="text/event-stream", headers=_HEADERS)
        events = self._events(number, _since(request))
        return StreamingResponse(events, media_type="text/event-stream", headers=_HEADERS)

    async def _events(self, number: int | None, since: int | None) -> AsyncIterator[str]:
        ends = time.monotonic() + _LONGEST
        with self._watcher.watching(number, since) as viewer:
            yield "retry: 2000\n\n"
            while not self._watcher.closed and time.monotonic() < ends:
                try:
                    await asyncio.wait_for(viewer.changed.wait(), self._heartbeat)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                viewer.changed.clear()
                if not self._watcher.closed:
                    yield f"id: {viewer.mark}\nevent: changed\ndata: {viewer.mark}\n\n"


def _since(request: Request) -> int | None:
    """What the page shows already: told by the browser after a break, else by the page."""
    said = request.headers.get("last-event-id") or request.query_params.get("since", "")
    known = said.isascii() and said.isdigit() and len(said) <= _DIGITS
    return int(said) if known else None


def _no(status: HTTPStatus, why: str) -> Response:
    return PlainTextResponse(why, status, headers=_HEADERS)
