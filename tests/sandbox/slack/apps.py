"""Apps for the twin to talk to: one that only keeps what it gets, and a real Bolt app."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from sandbox.slack.server import SlackTwin


@dataclass(frozen=True, kw_only=True)
class Got:
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        read = parse_qs(self.body.decode(), keep_blank_values=True)
        return {name: values[0] for name, values in read.items()}

    @property
    def payload(self) -> dict:
        return json.loads(self.form["payload"])

    @property
    def event(self) -> dict:
        return json.loads(self.body)


@dataclass(kw_only=True)
class Inbox:
    """Keeps requests; answers `status` and `answer`, after `release` when that is set."""

    got: list[Got] = field(default_factory=list)
    status: int = 200
    answer: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    release: threading.Event | None = None
    url: str = ""

    def reply(self, got: Got) -> tuple[int, bytes, dict[str, str]]:
        self.got.append(got)
        if self.release:
            self.release.wait(10)
        return self.status, self.answer, self.headers


@contextmanager
def served(reply) -> Iterator[str]:
    """`reply(got) -> (status, body, headers)` on a real socket."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            lower = {name.lower(): value for name, value in self.headers.items()}
            status, body, headers = reply(Got(headers=lower, body=self.rfile.read(length)))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, address: object) -> None:
            pass  # the twin hangs up on an answer that comes too late

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/slack/events"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def bolt(slack: SlackTwin) -> App:
    client = WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=5)
    return App(client=client, signing_secret=slack.signing_secret)


def over_http(app: App):
    def reply(got: Got) -> tuple[int, bytes, dict[str, str]]:
        headers = {name: [value] for name, value in got.headers.items()}
        answer = app.dispatch(BoltRequest(body=got.body.decode(), headers=headers))
        flat = {name: values[0] for name, values in answer.headers.items()}
        return answer.status, (answer.body or "").encode(), flat

    return served(reply)


@contextmanager
def over_socket(app: App, slack: SlackTwin) -> Iterator[None]:
    handler = SocketModeHandler(app, slack.app_token)
    handler.connect()
    assert slack.wait_for(lambda: slack.sockets.connected)
    try:
        yield
    finally:
        # The client waits in a read of its own for seconds; a cut line ends it.
        handler.client.auto_reconnect_enabled = False
        slack.sockets.cut()
        with suppress(AttributeError):  # the client's own race: the cut line closed it first
            handler.close()
