"""What answers queries as Prometheus does, with what a test tells it, and with its faults."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, dict[str, Any]]


def vector(*values: str) -> Answer:
    series = [{"metric": {}, "value": [1772334720.0, value]} for value in values]
    return 200, {"status": "success", "data": {"resultType": "vector", "result": series}}


def error(code: int, kind: str) -> Answer:
    return code, {"status": "error", "errorType": kind, "error": f"a {kind} error"}


NO_SERIES = vector()


@dataclass(kw_only=True)
class Twin:
    """`values` answers a query by a word in it; `wake` lets go of those that hang."""

    url: str = ""
    values: dict[str, Answer] = field(default_factory=dict)
    hangs: bool = False
    body: bytes | None = None
    location: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    wake: threading.Event = field(default_factory=threading.Event)
    most_at_once: int = 0
    _at_once: int = 0
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def queries(self) -> list[str]:
        return [one["query"] for one in self.asked]

    def answer(self, target: str) -> tuple[int, bytes]:
        asked = {key: values[0] for key, values in parse_qs(urlsplit(target).query).items()}
        with self._counting:
            self.asked.append(asked)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        if self.hangs:
            self.wake.wait(30)
        with self._counting:
            self._at_once -= 1
        if self.body is not None:
            return 200, self.body
        found = (one for word, one in self.values.items() if word in asked["query"])
        code, told = next(found, NO_SERIES)
        return code, json.dumps(told, separators=(",", ":")).encode()


@contextmanager
def prometheus_twin() -> Iterator[Twin]:
    twin = Twin()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            code, body = twin.answer(self.path)
            self.send_response(302 if twin.location else code)
            if twin.location:
                self.send_header("location", twin.location)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except ConnectionError:
                self.close_connection = True  # whoever asked did not wait

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its parent's name
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # a connection that its client gave up

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    twin.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield twin
    finally:
        twin.wake.set()
        server.shutdown()
        server.server_close()
        thread.join()
