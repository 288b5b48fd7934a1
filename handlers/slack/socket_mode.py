"""Socket Mode: the same listeners over a connection that we open, for hosts without an address.

Connecting raises while Slack is down, so a thread tries until it holds; from then on the client
mends its connection by itself. The thread stays to hand it the app token as it reads now.
"""

import threading
from contextlib import suppress
from http.client import HTTPException
from socket import SHUT_RDWR

import structlog
from slack_bolt import App, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.internals import send_response
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.secret import Secret
from handlers.slack.listeners import dispatch, silent
from handlers.slack.reading import Unreadable, told

log = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
_WATCH = 5.0
_FAILURES = (SlackClientError, HTTPException, OSError)


class _Handler(SocketModeHandler):
    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override] # Bolt's own override does the same
        if req.retry_attempt:
            log.info("slack.retried", attempt=req.retry_attempt)
        try:
            answer = dispatch(self.app, told(req.payload))
        except Unreadable as error:
            log.warning("slack.unreadable", why=str(error))
            answer = BoltResponse(status=200)
        try:
            send_response(client, req, answer, 0.0)
        except SlackClientError:
            # Slack sends it again over the next connection, and what was done is not done twice.
            log.warning("slack.unacknowledged", kind=req.type)


class SocketMode:
    """`connected` says whether a connection stands now."""

    def __init__(self, app: App, token: Secret) -> None:
        self._app, self._token = app, token
        self._stop = threading.Event()
        self._handler: _Handler | None = None
        self._thread = threading.Thread(target=self._run, name="slack-socket", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def connected(self) -> bool:
        return self._handler is not None and self._handler.client.is_connected()

    def _run(self) -> None:
        handler = self._handler = _Handler(
            self._app, self._token.reveal(), logger=silent, web_client=self._app.client
        )
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            handler.client.app_token = self._token.reveal()
            if self._holds(handler):
                pause = FIRST_PAUSE
                self._stop.wait(_WATCH)
            else:
                self._stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        _close(handler.client)

    def _holds(self, handler: _Handler) -> bool:
        client = handler.client
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
    return type(error).__name__


def _close(client: SocketModeClient) -> None:
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
