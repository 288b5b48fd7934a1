"""The HTTP side of the page: its files, its state, its stream of changes, its acts."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.slack.acts.stage import Stage
from sandbox.slack.errors import SlackError
from sandbox.slack.switch import Switch
from sandbox.slack.ui import state
from sandbox.slack.ui_acts import perform
from sandbox.slack.workspace import Workspace

STATIC = Path(__file__).parent / "static"
HEARTBEAT_SECONDS = 15.0
NO_CACHE = {"Cache-Control": "no-store"}


class Pages:
    def __init__(self, ws: Workspace, stage: Stage, switch: Switch) -> None:
        self._ws = ws
        self._stage = stage
        self._switch = switch

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self.index),
            Route("/ui/state", self.state),
            Route("/ui/events", self.events),
            Route("/ui/act", self.act, methods=["POST"]),
            Mount("/static", StaticFiles(directory=STATIC, check_dir=False)),
        ]

    async def index(self, request: Request) -> Response:
        return FileResponse(STATIC / "index.html", headers=NO_CACHE)

    async def state(self, request: Request) -> Response:
        user = request.query_params.get("user", "")
        if user not in self._ws.people:
            return JSONResponse({"ok": False, "error": "user_not_found"}, status_code=404)
        shown = state(self._ws, user, down=self._switch.down)
        return JSONResponse(shown, headers=NO_CACHE)

    async def act(self, request: Request) -> Response:
        try:
            body = json.loads(await request.body())
            answer = await run_in_threadpool(perform, self._stage, body)
        except SlackError as error:
            return JSONResponse(error.body())
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_json"}, status_code=400)
        return JSONResponse(answer)

    async def events(self, request: Request) -> Response:
        user = request.query_params.get("user", "")
        stream = self._changes(user)
        return StreamingResponse(stream, media_type="text/event-stream", headers=NO_CACHE)

    async def _changes(self, user: str) -> AsyncIterator[str]:
        feed = self._ws.feed
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(changed.set)

        feed.watch(wake)
        try:
            told = -1
            while not feed.closed:
                changed.clear()
                cursor = feed.cursor(user)
                if cursor != told:
                    told = cursor
                    yield f"data: {json.dumps({'cursor': cursor})}\n\n"
                    continue
                try:
                    await asyncio.wait_for(changed.wait(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            feed.unwatch(wake)
