"""What the terminal makes of whatever answers at CANDLEFISH_BASE_URL."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.secret import Secret
from bot.settings import Settings
from handlers.remote import UNAVAILABLE, ask


@contextmanager
def somebody(status: int, body: bytes, heard: list[bytes] | None = None) -> Iterator[str]:
    """A server that gives everybody this answer; its address. `heard` gets what it was sent."""

    class Answerer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["content-length"]))
            if heard is not None:
                heard.append(sent)
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answerer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    "body",
    [b"<html>", b"\xff\xfe", b"[]", b'"status"', b'{"status": "ok"}', b'{"status": 0}', b"{}"],
)
@pytest.mark.parametrize("status", [200, 502])
def test_whatever_is_not_the_bot_is_said_to_be_unavailable(status: int, body: bytes) -> None:
    with somebody(status, body) as address:
        told = ask(["status"], Settings(base_url=address, token=Secret("x")))

    assert told.status == UNAVAILABLE
    assert told.text


def test_it_names_the_address_and_the_next_move() -> None:
    with somebody(200, b"{}") as address:
        told = ask(["status"], Settings(base_url=address, token=Secret("x")))

    assert told.text == (f"What answers at {address} is not Candlefish. Set CANDLEFISH_BASE_URL.")


def test_what_the_shell_kept_together_arrives_so() -> None:
    heard: list[bytes] = []
    with somebody(200, b'{"status": 0, "text": "", "data": {}}', heard) as address:
        ask(
            ["incident", "declare", "Slow", "--component=the api", "--json"],
            Settings(base_url=address, token=Secret("x")),
        )

    assert json.loads(heard[0])["text"] == 'incident declare Slow --component="the api"'
