"""The switch of all of Slack: for tests, for whoever looks at the page, and for curl."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.slack.faults import Faults, Outage
from sandbox.slack.socket_mode import Sockets
from sandbox.slack.workspace import Workspace


class Switch:
    """Off, the app reaches nothing and hears nothing; the page goes on, and says so."""

    def __init__(self, ws: Workspace, sockets: Sockets, faults: Faults) -> None:
        self._ws = ws
        self._sockets = sockets
        self._faults = faults

    @property
    def down(self) -> bool:
        return self._faults.outage is not None

    def go_down(self, how: Outage) -> None:
        self._faults.outage = how
        self._sockets.cut()
        self._ws.feed.changed()

    def come_back(self) -> None:
        self._faults.outage = None
        self._ws.feed.changed()

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/ui/down", self._take_down, methods=["POST"]),
            Route("/ui/up", self._bring_back, methods=["POST"]),
        ]

    async def _take_down(self, request: Request) -> Response:
        self.go_down(Outage.ANSWERS_503)
        return JSONResponse({"ok": True, "down": True})

    async def _bring_back(self, request: Request) -> Response:
        self.come_back()
        return JSONResponse({"ok": True, "down": False})
