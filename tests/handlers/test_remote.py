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


FORGED = "\x1b[2K\x1b]52;c;cm0gLXJm\x07\x1b]0;all is well\x07\u202eINC-1\x9b31m\tslow\n"


def test_an_alert_s_words_command_no_terminal() -> None:
    with somebody(200, json.dumps({"status": 0, "text": FORGED, "data": {}}).encode()) as address:
        told = ask(["incident", "list"], Settings(base_url=address, token=Secret("x")))

    assert told.text == "[2K]52;c;cm0gLXJm]0;all is wellINC-131m\tslow\n"


def test_neither_do_the_words_of_a_refusal() -> None:
    with somebody(422, json.dumps({"detail": FORGED}).encode()) as address:
        told = ask(["status"], Settings(base_url=address, token=Secret("x")))

    assert "\x1b" not in told.text
    assert told.text.startswith("[2K]52;c;")


def test_a_program_gets_the_words_as_they_are() -> None:
    body = json.dumps({"status": 0, "text": "", "data": {"title": FORGED}}).encode()
    with somebody(200, body) as address:
        told = ask(
            ["incident", "show", "INC-1", "--json"], Settings(base_url=address, token=Secret("x"))
        )

    assert json.loads(told.text) == {"title": FORGED}
    assert not {"\x1b", "\x9b", "\u202e"} & set(told.text)
