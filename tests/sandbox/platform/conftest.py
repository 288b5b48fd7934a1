import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

Body = dict[str, Any]


@dataclass
class Listener:
    """Takes webhooks as the bot does: checks the token, answers, remembers."""

    url: str = ""
    token: str = "the-token"
    answers: list[int] = field(default_factory=list)
    """Status codes for the next requests; 200 when used up."""
    seen: list[tuple[int, Body]] = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)

    def take(self, authorization: str | None, body: Body) -> int:
        with self.news:
            code = self.answers.pop(0) if self.answers else 200
            if authorization != f"Bearer {self.token}":
                code = 401
            self.seen.append((code, body))
            self.news.notify_all()
        return code

    def wait(self, wanted: Callable[[Body], bool], *, within: float = 30.0) -> Body:
        """The first webhook answered 200 that is wanted."""

        def first() -> Body | None:
            return next((body for code, body in self.seen if code == 200 and wanted(body)), None)

        with self.news:
            self.news.wait_for(first, timeout=within)
            found = first()
        assert found is not None, self.told()
        return found

    def told(self) -> list[tuple[int, str, str]]:
        return [
            (code, body["status"], body["groupLabels"]["alertname"]) for code, body in self.seen
        ]

    def wait_count(self, count: int, *, within: float = 30.0) -> None:
        with self.news:
            assert self.news.wait_for(lambda: len(self.seen) >= count, timeout=within), self.told()


@pytest.fixture
def listener() -> Iterator[Listener]:
    ears = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(ears.take(self.headers["authorization"], body))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its parent's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    ears.url = f"http://127.0.0.1:{server.server_port}"
    yield ears
    server.shutdown()
    server.server_close()
    thread.join()
