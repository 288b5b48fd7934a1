"""Socket Mode: the connections an app holds open, the envelopes sent over them, their acks."""

import asyncio
import itertools
import json
import uuid
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from sandbox.slack.errors import Json
from sandbox.slack.faults import Faults
from sandbox.slack.workspace import Workspace

CONNECTIONS_MAX = 10
GONE = 1012
REFUSED = 1008


@dataclass(eq=False, kw_only=True)
class Connection:
    socket: WebSocket
    loop: asyncio.AbstractEventLoop
    number: int
    waiting: dict[str, Future[Json]] = field(default_factory=dict)


class Sockets:
    def __init__(self, ws: Workspace, faults: Faults) -> None:
        self._ws = ws
        self._faults = faults
        self._lock = Lock()
        self._open: list[Connection] = []
        self._turn = itertools.count()

    @property
    def connected(self) -> int:
        return len(self._open)

    async def endpoint(self, socket: WebSocket) -> None:
        ticket = socket.query_params.get("ticket", "")
        known = self._ws.socket_tickets.redeem(ticket)
        if not known or self._faults.outage or self.connected >= CONNECTIONS_MAX:
            await socket.close(REFUSED)
            return
        await socket.accept()
        loop = asyncio.get_running_loop()
        connection = Connection(socket=socket, loop=loop, number=self.connected + 1)
        # Known before it is greeted: whoever has heard the hello can be told, or cut off.
        with self._lock:
            self._open.append(connection)
        await socket.send_json(self._hello(connection.number))
        self._ws.feed.noticed()
        try:
            while True:
                _take_ack(connection, await socket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            pass  # starlette says RuntimeError when this side has closed it
        finally:
            self._forget(connection)

    def ask(self, envelope_type: str, payload: Json, seconds: float, retry: Json) -> Json | None:
        """The app's ack (its `payload` or nothing), or None when none came in time.

        Blocks; never called on the server's own loop.
        """
        with self._lock:
            if not self._open:
                return None
            connection = self._open[next(self._turn) % len(self._open)]
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "payload": payload,
            "type": envelope_type,
            "accepts_response_payload": envelope_type == "slash_commands"
            or payload.get("type") == "view_submission",
            **retry,
        }
        ack: Future[Json] = Future()
        connection.waiting[envelope["envelope_id"]] = ack
        sent = asyncio.run_coroutine_threadsafe(
            connection.socket.send_json(envelope), connection.loop
        )
        try:
            sent.result(seconds)
            return ack.result(seconds)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            return None
        finally:
            connection.waiting.pop(envelope["envelope_id"], None)

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tells every connection to go; `warning` leaves it open a while longer."""
        for connection in tuple(self._open):
            asyncio.run_coroutine_threadsafe(self._bye(connection, reason), connection.loop)

    def cut(self) -> None:
        """Closes every connection without a word."""
        for connection in tuple(self._open):
            asyncio.run_coroutine_threadsafe(_close(connection.socket), connection.loop)

    async def _bye(self, connection: Connection, reason: str) -> None:
        info = self._debug_info()
        message = {"type": "disconnect", "reason": reason, "debug_info": info}
        await connection.socket.send_json(message)
        if reason != "warning":
            self._forget(connection)
            await _close(connection.socket)

    def _hello(self, number: int) -> Json:
        return {
            "type": "hello",
            "num_connections": number,
            "debug_info": self._debug_info(),
            "connection_info": {"app_id": self._ws.app.id},
        }

    def _debug_info(self) -> Json:
        return {"host": "sandbox", "build_number": 1, "approximate_connection_time": 3600}

    def _forget(self, connection: Connection) -> None:
        with self._lock:
            if connection in self._open:
                self._open.remove(connection)
        self._ws.feed.noticed()


def _take_ack(connection: Connection, text: str) -> None:
    try:
        message = json.loads(text)
    except ValueError:
        return
    waiting = connection.waiting.get(str(message.get("envelope_id")))
    if waiting is not None and not waiting.done():
        waiting.set_result(message)


async def _close(socket: WebSocket) -> None:
    if socket.application_state is not WebSocketState.DISCONNECTED:
        await socket.close(GONE)
