"""Socket Mode: the same listeners over a connection that we open, for hosts without an address.

Connecting raises while Slack is down, so a thread tries until it holds; from then on the client
mends its connection by itself. The thread stays to hand it the app token as it reads now.
"""

import threading
import time
from contextlib import suppress
from http.client import HTTPException
from socket import SHUT_RDWR

import structlog
from slack_bolt import App, BoltResponse
from slack_bolt.adapter.socket_mode.internals import send_response
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.domain.errors import Unavailable
from bot.secret import Secret
from handlers.slack.listeners import dispatch, silent
from handlers.slack.reading import Unreadable, told

log = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
PING_EVERY = 10.0  # also how often the client looks whether it must connect again
STOP_SECONDS = 5.0
_WATCH = 5.0
_WORKERS = 10
_FAILURES = (SlackClientError, HTTPException, OSError, Unavailable)


class _Client(SocketModeClient):
    """Asks for no address before Slack's Retry-After is over; its parent sleeps that long."""

    not_before = 0.0

    def issue_new_wss_url(self) -> str:
        if time.monotonic() < self.not_before:
            raise Unavailable("Slack asked for a pause.")
        try:
            answer = self.web_client.apps_connections_open(app_token=self.app_token)
        except SlackApiError as error:
            if error.response.get("error") == "ratelimited":
                seconds = str(error.response.headers.get("Retry-After", ""))
                pause = float(seconds) if seconds.isascii() and seconds.isdigit() else LONGEST_PAUSE
                self.not_before = time.monotonic() + pause
            raise
        return str(answer["url"])


class SocketMode:
    """`connected` says whether a connection stands now."""

    def __init__(self, app: App, token: Secret) -> None:
        self._app, self._token = app, token
        self._stop = threading.Event()
        self._client: _Client | None = None
        self._thread = threading.Thread(target=self._run, name="slack-socket", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    @property
    def connected(self) -> bool:
        return self._client is not None and self._client.is_connected()

    def _run(self) -> None:
        client = self._client = _Client(
            self._token.reveal(),
            logger=silent,
            web_client=self._app.client,
            ping_interval=PING_EVERY,
            concurrency=_WORKERS,
        )
        client.socket_mode_request_listeners.append(self._take)
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            client.app_token = self._token.reveal()
            if _holds(client):
                pause = FIRST_PAUSE
                self._stop.wait(_WATCH)
            else:
                self._stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        _close(client)

    def _take(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        if request.retry_attempt:
            log.info("slack.retried", attempt=request.retry_attempt)
        try:
            answer = dispatch(self._app, told(request.payload))
        except Unreadable as error:
            log.warning("slack.unreadable", why=str(error))
            answer = BoltResponse(status=200)
        try:
            send_response(client, request, answer, 0.0)
        except SlackClientError:
            # Slack sends it again over the next connection, and what was done is not done twice.
            log.warning("slack.unacknowledged", kind=request.type)


def _holds(client: _Client) -> bool:
    if client.current_app_monitor_started:
        return True  # the client's own monitor connects again
    try:
        client.wss_uri = None  # an address is good for one connection
        client.connect()
    except _FAILURES as error:
        log.warning("slack.socket_mode_later", why=_why(error))
        return False
    log.info("slack.socket_mode_connected")
    return True


def _why(error: Exception) -> str:
    """Slack's word or the error's kind: the rest may hold addresses that open connections."""
    if isinstance(error, SlackApiError):
        return str(error.response.get("error", "no answer"))
    return str(error) if isinstance(error, Unavailable) else type(error).__name__


def _close(client: _Client) -> None:
    client.auto_reconnect_enabled = False
    stands = client.current_session.sock if client.current_session else None
    if stands is not None:
        with suppress(OSError):
            # Ends the read in which the client would wait for three seconds more.
            stands.shutdown(SHUT_RDWR)
    try:
        client.close()
    except AttributeError:
        client.close()  # its own thread dropped the socket in the same moment
