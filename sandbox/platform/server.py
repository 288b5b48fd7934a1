"""The platform twin as a server: one loopback port per component and one for the control page."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.platform.cluster_api import ClusterAddress, ClusterClient
from sandbox.platform.component import components
from sandbox.platform.control import Control
from sandbox.platform.deliveries import Deliveries
from sandbox.platform.following import Following
from sandbox.platform.front_door import front_door
from sandbox.platform.pipeline import Pipeline
from sandbox.platform.targets import target_groups, write_targets
from sandbox.platform.traffic import traffic
from sandbox.platform.watch.receiver import Receiver
from sandbox.platform.watch.watcher import Watcher
from sandbox.platform.world import Platform
from sandbox.servers.loopback import HOST

_STOP_SECONDS = 60.0
_BACKLOG = 128

Chore = Callable[[], Coroutine[None, None, None]]


@dataclass(frozen=True, kw_only=True)
class PlatformTwin:
    url: str
    platform: Platform
    addresses: Mapping[str, str]
    """Base URL of each component."""


@contextlib.contextmanager
def platform_twin(
    *,
    port: int = 0,
    targets: Path | None = None,
    receiver: Receiver | None = None,
    cluster: ClusterAddress | None = None,
    sites_url: str = "",
    links: Mapping[str, str] | None = None,
    reconnect_within: float = 4.0,
) -> Iterator[PlatformTwin]:
    """Run the platform until the block ends.

    `targets` is the file_sd file to write. With a `receiver` the platform watches itself and sends
    webhooks there, as Prometheus and Alertmanager would. With a `cluster` it follows what runs
    there, and its page can ship releases to it; the address' token needs the RULES of the
    pipeline and of ClusterReleases. With the `sites_url` of the Netlify twin it follows the sites.
    """
    parts = components()
    following = Following(parts, cluster, sites_url)
    platform = Platform(parts, following.releases, reconnect_within=reconnect_within)
    with contextlib.ExitStack() as stack:
        deliveries = stack.enter_context(_deliveries(cluster)) if cluster else None
        control = stack.enter_context(_listening(port))
        doors = {name: stack.enter_context(_listening(0)) for name in platform.components}
        ports = {name: _port(door) for name, door in doors.items()}
        addresses = {name: f"http://{HOST}:{at}" for name, at in ports.items()}
        if targets is not None:
            write_targets(targets, target_groups(platform.components, ports))
        apps: dict[int, ASGIApp] = {at: front_door(platform, name) for name, at in ports.items()}
        apps[_port(control)] = Control(platform, addresses, links or {}, deliveries).app()
        url = f"http://{HOST}:{_port(control)}"
        chores: list[Chore] = [partial(traffic, platform.components, addresses)]
        if deliveries is not None:
            chores.append(deliveries.run)
        if receiver is not None:
            chores.append(Watcher(platform, receiver, url=url).run)
        stack.enter_context(_served(_ByPort(apps, following, chores), [control, *doors.values()]))
        yield PlatformTwin(url=url, platform=platform, addresses=addresses)


@contextlib.contextmanager
def _deliveries(cluster: ClusterAddress) -> Iterator[Deliveries]:
    client = ClusterClient(cluster)
    try:
        yield Deliveries(Pipeline(client))
    finally:
        client.close()


class _ByPort:
    """One server, many ports: the port decides which app answers; chores live as long as it."""

    def __init__(
        self, apps: Mapping[int, ASGIApp], following: Following, chores: Sequence[Chore]
    ) -> None:
        self._apps = apps
        self._following = following
        self._chores = chores
        self._work = contextlib.AsyncExitStack()
        self.started = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._apps[scope["server"][1]](scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with _running([self._following.run]):
            await self._following.ready()
            await self._serve(receive, send)
        await send({"type": "lifespan.shutdown.complete"})

    async def _serve(self, receive: Receive, send: Send) -> None:
        async with self._work:
            await self._work.enter_async_context(_running(self._chores))
            await send({"type": "lifespan.startup.complete"})
            self.started.set()
            await receive()

    async def rest(self) -> None:
        """The platform's own traffic ends before the doors close that it comes in by."""
        await self._work.aclose()


@contextlib.asynccontextmanager
async def _running(chores: Sequence[Chore]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(chore()) for chore in chores]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task


class _Server(uvicorn.Server):
    """Leaves no connection behind."""

    def __init__(self, config: uvicorn.Config, app: _ByPort) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._app.rest()
        await super().shutdown(sockets)
        while left := list(self.server_state.connections):
            for connection in left:
                connection.transport.abort()
            await asyncio.sleep(0)


@contextlib.contextmanager
def _served(app: _ByPort, sockets: list[socket.socket]) -> Iterator[None]:
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=1,
    )
    server = _Server(config, app)
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": sockets}, name="platform", daemon=True
    )
    thread.start()
    try:
        if not app.started.wait(_STOP_SECONDS):
            raise RuntimeError("the platform twin did not start; see the traceback above")
        yield
    finally:
        server.should_exit = True
        thread.join(_STOP_SECONDS)


@contextlib.contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(_BACKLOG)
        yield listener


def _port(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])
