"""The smallest app that a Slack can have: it hears everything, and answers what it is told to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any
from urllib.parse import parse_qsl

Json = dict[str, Any]
PATIENCE_S = 30


class SmallApp:
    def __init__(self) -> None:
        self.url = ""
        self.answers: dict[str, Json] = {}
        self._heard: dict[str, Queue[Json]] = {}

    def hear(self, kind: str) -> Json:
        """The next `command`, `block_actions`, `view_submission`, … or, too late, queue.Empty."""
        return self._queue(kind).get(timeout=PATIENCE_S)

    def has_heard(self, kind: str) -> bool:
        return not self._queue(kind).empty()

    def take(self, content_type: str, body: bytes) -> bytes:
        if content_type.startswith("application/json"):
            said = json.loads(body)
            kind = said.get("event", said).get("type", "")
        else:
            fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
            said = json.loads(fields["payload"]) if "payload" in fields else fields
            kind = said.get("type", "command")
        self._queue(kind).put(said)
        answer = self.answers.get(kind)
        return json.dumps(answer).encode() if answer else b""

    def _queue(self, kind: str) -> Queue[Json]:
        return self._heard.setdefault(kind, Queue())


@contextmanager
def small_app() -> Iterator[SmallApp]:
    app = SmallApp()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = app.take(self.headers["Content-Type"], body)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing: the test tells what matters."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    app.url = f"http://127.0.0.1:{server.server_address[1]}/slack/events"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield app
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
