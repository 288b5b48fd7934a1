"""A world on a socket: things with a value and a version, and who may be struck when it is asked.

A write must name the version it was decided on, as Kubernetes wants it; each that is taken counts
as an effect, also one that changes nothing.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Moment(StrEnum):
    SEEN = "the request came, nothing is done yet"
    APPLIED = "it is done, the answer is not sent yet"


@dataclass(kw_only=True)
class Thing:
    value: str = "green"
    version: int = 1


@dataclass(kw_only=True)
class Target:
    """`at` strikes once; a strike at SEEN that returns True loses the request."""

    things: dict[str, Thing] = field(default_factory=dict)
    effects: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    port: int = 0
    _strikes: dict[tuple[Moment, str], Callable[[], object]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def at(self, moment: Moment, request: str, strike: Callable[[], object]) -> None:
        """`request` is such as `PUT /op:1/live`, or `GET /op:1/live?verify`."""
        self._strikes[moment, request] = strike

    def answer(self, request: str, body: dict[str, str | int]) -> tuple[int, dict[str, str | int]]:
        method, _, path = request.partition(" ")
        name = path.lstrip("/").partition("?")[0]
        self.asked[request] += 1
        if self._struck(Moment.SEEN, request):
            return HTTPStatus.INTERNAL_SERVER_ERROR, {}
        with self._lock:
            thing = self.things.setdefault(name, Thing())
            if method == "PUT" and body["version"] != thing.version:
                return HTTPStatus.CONFLICT, {}
            if method == "PUT":
                thing.value, thing.version = str(body["value"]), thing.version + 1
                self.effects[name] += 1
            found: dict[str, str | int] = {"value": thing.value, "version": thing.version}
        self._struck(Moment.APPLIED, request)
        return HTTPStatus.OK, found

    def _struck(self, moment: Moment, request: str) -> bool:
        strike = self._strikes.pop((moment, request), None)
        return strike is not None and strike() is True


@contextmanager
def target() -> Iterator[Target]:
    world = Target()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            status, found = world.answer(f"{self.command} {self.path}", body)
            told = json.dumps(found).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)
            except OSError:
                self.close_connection = True  # whoever asked was killed

        do_GET = do_PUT = answer  # noqa: N815 (the base class names them)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it)
            """Keep the test's output clean."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256  # many runs ask at once

    with Server(("127.0.0.1", 0), Handler) as server:
        world.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield world
        server.shutdown()
        thread.join(10)
