"""Reaches the app: over its socket when one is open, else by signed HTTP to its address."""

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

import httpx

from sandbox.slack.errors import Json
from sandbox.slack.faults import Faults
from sandbox.slack.signing import signed_headers
from sandbox.slack.socket_mode import Sockets
from sandbox.slack.workspace import Workspace

ACK_SECONDS = 3.0
FORM = "application/x-www-form-urlencoded"


class Envelope(StrEnum):
    COMMAND = "slash_commands"
    INTERACTIVE = "interactive"
    EVENT = "events_api"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the app said; `trouble` is Slack's word for why it said nothing usable."""

    body: Json | str | None = None
    trouble: str = ""
    status: int = 0
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        return not self.trouble


class Outbound:
    def __init__(self, ws: Workspace, sockets: Sockets, faults: Faults) -> None:
        self._ws = ws
        self._sockets = sockets
        self._faults = faults
        self.request_url = ""
        self.ack_seconds = ACK_SECONDS
        self._http = httpx.Client(
            trust_env=False, limits=httpx.Limits(max_keepalive_connections=0), timeout=ACK_SECONDS
        )

    def close(self) -> None:
        self._http.close()

    def ask(self, kind: Envelope, payload: Json, *, attempt: int = 0, reason: str = "") -> Answer:
        """Sends and waits for the ack, three seconds at most; `attempt` 1 and up are retries."""
        if self._faults.outage:
            return Answer(trouble="connection_failed")
        if self._sockets.connected:
            retry = {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
            extra = retry if kind is Envelope.EVENT else {}
            ack = self._sockets.ask(kind, payload, self.ack_seconds, extra)
            if ack is None:
                return Answer(trouble="http_timeout")
            return Answer(body=ack.get("payload"), status=200)
        if not self.request_url:
            return Answer(trouble="connection_failed")
        headers = {}
        if attempt:
            headers = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        return self.post(*_encoded(kind, payload), headers)

    def verify_address(self) -> bool:
        """Slack's own question when a request URL is entered: does it answer the challenge."""
        challenge = self._ws.stamps.secret()
        body = {"token": "", "challenge": challenge, "type": "url_verification"}
        answer = self.post(json.dumps(body).encode(), "application/json", {})
        said = answer.body.get("challenge") if isinstance(answer.body, dict) else answer.body
        return answer.ok and said == challenge

    def post(self, body: bytes, content_type: str, headers: dict[str, str]) -> Answer:
        """One signed request; also for tests that send what Slack never would."""
        signed = signed_headers(self._ws.app.signing_secret, body, self._ws.stamps.now())
        every = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **signed,
            **headers,
        }
        try:
            response = self._http.post(
                self.request_url, content=body, headers=every, timeout=self.ack_seconds
            )
        except httpx.TimeoutException:
            return Answer(trouble="http_timeout")
        except httpx.TransportError:
            return Answer(trouble="connection_failed")
        trouble = "" if response.is_success else "http_error"
        no_retry = response.headers.get("x-slack-no-retry") == "1"
        return Answer(
            body=_read(response), status=response.status_code, trouble=trouble, no_retry=no_retry
        )

    def resign(self, secret: str) -> None:
        """Signs with another secret from now on."""
        self._ws.app = replace(self._ws.app, signing_secret=secret)


def _encoded(kind: Envelope, payload: Json) -> tuple[bytes, str]:
    if kind is Envelope.COMMAND:
        return urlencode({name: _formed(value) for name, value in payload.items()}).encode(), FORM
    text = json.dumps(payload)
    if kind is Envelope.INTERACTIVE:
        return urlencode({"payload": text}).encode(), FORM
    return text.encode(), "application/json"


def _formed(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read(response: httpx.Response) -> Any:
    """JSON where it is JSON, else its words; None when empty."""
    if not response.content:
        return None
    if "json" in response.headers.get("content-type", ""):
        try:
            return response.json()
        except ValueError:
            return response.text
    return response.text
