"""A Slack of one workspace on a loopback port, in a thread, with hands for the people in it."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp

from sandbox.slack.acts.stage import Stage
from sandbox.slack.app import App
from sandbox.slack.courier import Courier
from sandbox.slack.doors import Doors
from sandbox.slack.faults import Faults, Outage
from sandbox.slack.hands import Hands
from sandbox.slack.journal import Journal
from sandbox.slack.outbound import Outbound
from sandbox.slack.pages import Pages
from sandbox.slack.people import USUAL, Person, Seed
from sandbox.slack.rates import Meter
from sandbox.slack.socket_mode import Sockets
from sandbox.slack.switch import Switch
from sandbox.slack.transport import Dated
from sandbox.slack.webapi import WebApi
from sandbox.slack.workspace import Workspace
from sandbox.twin.transport import CuttableProtocol, listen

STOP_SECONDS = 2


class SlackTwin(Hands):
    """`with SlackTwin() as slack:`; what people do and see is in `Hands`."""

    def __init__(
        self,
        *,
        port: int = 0,
        seed: Seed = USUAL,
        people: Sequence[Person] | None = None,
        app: App | None = None,
        clock: Callable[[], float] = time.time,
        rates: Mapping[str, int] | None = None,
    ) -> None:
        """Binds at once; `port` 0 lets the kernel choose.

        `clock` gives seconds since 1970 and may be a test's own; `rates` replaces the calls per
        minute of single methods.
        """
        if people is not None:
            seed = replace(seed, people=tuple(people))
        ws = Workspace(seed=seed, app=app, clock=clock)
        self.faults = Faults()
        self.journal = Journal(ws.feed)
        self.sockets = Sockets(ws, self.faults)
        self.switch = Switch(ws, self.sockets, self.faults)
        self.outbound = Outbound(ws, self.sockets, self.faults)
        self.courier = Courier(self.outbound, clock)
        super().__init__(Stage(ws=ws, outbound=self.outbound, courier=self.courier))
        self.meter = Meter(clock, rates)
        self._socket = listen(port)
        ws.root = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = _server(Dated(Starlette(routes=self._routes()), clock))
        self._thread = threading.Thread(target=self._run, name="slack-twin", daemon=True)

    def _routes(self) -> list[BaseRoute]:
        api = WebApi(self.ws, meter=self.meter, faults=self.faults, journal=self.journal)
        doors = Doors(self.ws, faults=self.faults, journal=self.journal)
        return [
            Route("/api/{method}", api.endpoint, methods=["GET", "POST"]),
            WebSocketRoute("/link/", self.sockets.endpoint),
            *doors.routes(),
            *Pages(self.ws, self.stage, self.switch).routes(),
            *self.switch.routes(),
        ]

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])

    def start(self) -> Self:
        """Connections are taken from here on: the socket listens already."""
        self._thread.start()
        self.courier.start()
        return self

    def stop(self) -> None:
        self.ws.feed.close()
        self.courier.stop()
        self.sockets.cut()
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()
        self._socket.close()
        self.outbound.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return self.ws.root

    @property
    def api_url(self) -> str:
        return f"{self.ws.root}/api/"

    @property
    def bot_token(self) -> str:
        return self.ws.app.bot_token

    @property
    def app_token(self) -> str:
        return self.ws.app.app_token

    @property
    def signing_secret(self) -> str:
        return self.ws.app.signing_secret

    @signing_secret.setter
    def signing_secret(self, secret: str) -> None:
        self.outbound.resign(secret)

    def connect_app(self, request_url: str) -> None:
        """Where commands, clicks and events go while no Socket Mode connection is open."""
        self.outbound.request_url = request_url

    def escape_names(self) -> None:
        """From now on commands carry ids for names, as with `should_escape` in the manifest."""
        self.ws.app = replace(self.ws.app, escapes_names=True)

    def subscribe(self, *events: str) -> None:
        """Adds event types: app_home_opened, app_mention, message."""
        self.ws.app = replace(self.ws.app, events=self.ws.app.events | set(events))

    def go_down(self, how: Outage = Outage.ANSWERS_503) -> None:
        """No more answers, open Socket Mode connections are cut, and nothing is delivered."""
        self.switch.go_down(how)

    def come_back(self) -> None:
        self.switch.come_back()


def _server(app: ASGIApp) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=CuttableProtocol,
            ws="websockets-sansio",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            date_header=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
    )
