"""The one door to an API server: raw JSON, a timeout, one try, errors in our words."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock
from typing import Any

from kubernetes.client.api_client import ApiClient
from kubernetes.client.configuration import Configuration
from kubernetes.client.exceptions import ApiException
from kubernetes.client.rest import RESTResponse
from urllib3.exceptions import HTTPError, ReadTimeoutError

from bot.adapters.kubernetes.credentials import BadCredentials
from bot.adapters.kubernetes.rejection import Rejection, read
from bot.domain.errors import Unavailable
from bot.ports.trouble import RateLimited, TimedOut

AGENT = "candlefish"
MANAGER = "candlefish"  # as managedFields names who wrote what
CONNECT_SECONDS = 2.0
READ_SECONDS = 10.0  # admission webhooks have ten
RENEW_EVERY = 10.0
NOT_OURS = "What answers at Kubernetes' address is not Kubernetes."
_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})


@dataclass(frozen=True, kw_only=True)
class Request:
    """`body` is plain JSON. `seconds` is how long silence may last, where that is not the usual."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    content_type: str = ""
    accept: str = "application/json"
    seconds: float | None = None


class Connection:
    """Several threads may ask at once.

    Credentials are read at the first request, and anew when the server does not accept them any
    more: tokens and files rotate while the bot runs.
    """

    def __init__(self, load: Callable[[], Configuration]) -> None:
        self._load = load
        self._lock = Lock()
        self._client: ApiClient | None = None
        self._loaded_at = 0.0

    def json(self, request: Request) -> Any:
        """Raises `Rejection` where the server says no, `Unavailable` where nobody can tell."""
        response = self.open(request)
        body = _body(response)
        try:
            return json.loads(body)
        except ValueError:
            raise Unavailable(NOT_OURS) from None

    def open(self, request: Request) -> RESTResponse:
        """The answer with its body still to come; for what streams."""
        client = self._ready()
        try:
            return _sent(client, request)
        except Rejection as rejection:
            if rejection.status != HTTPStatus.UNAUTHORIZED:
                raise
            fresh = self._renewed(client)
            if fresh is client:
                raise
        return _sent(fresh, request)

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.rest_client.close()
                self._client = None

    def _ready(self) -> ApiClient:
        with self._lock:
            return self._client or self._made()

    def _renewed(self, stale: ApiClient) -> ApiClient:
        """The same one where another thread has just done so, or nothing could be newer yet."""
        with self._lock:
            young = time.monotonic() - self._loaded_at < RENEW_EVERY
            if self._client is not None and (self._client is not stale or young):
                return self._client
            fresh = self._made()
        # What is under way on the old one goes on; its idle connections are let go.
        stale.rest_client.close()
        return fresh

    def _made(self) -> ApiClient:
        try:
            client = ApiClient(self._load())
        except BadCredentials as error:
            raise Rejection(HTTPStatus.UNAUTHORIZED, str(error)) from error
        client.user_agent = AGENT
        self._client, self._loaded_at = client, time.monotonic()
        return client


def _sent(client: ApiClient, request: Request) -> RESTResponse:
    headers = {"Accept": request.accept}
    if request.content_type:
        headers["Content-Type"] = request.content_type
    serialized = client.param_serialize(
        method=request.method,
        resource_path=request.path,
        query_params=list(request.query.items()),
        header_params=headers,
        body=request.body,
        auth_settings=["BearerToken"],
    )
    try:
        patience = (CONNECT_SECONDS, request.seconds or READ_SECONDS)
        response = client.call_api(*serialized, _request_timeout=patience)
    except ReadTimeoutError as error:
        raise TimedOut("Kubernetes takes too long.") from error
    except ApiException as error:  # the client's name for a failure of TLS
        why = str(error.reason).splitlines()[-1]
        raise Unavailable(f"Kubernetes cannot be trusted: {why}.") from error
    except (HTTPError, OSError) as error:
        raise Unavailable(f"Kubernetes does not answer ({type(error).__name__}).") from error
    if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
        raise _no(response)
    return response


def _no(response: RESTResponse) -> Exception:
    status = int(response.status)
    rejection = read(status, _body(response))
    if status == HTTPStatus.TOO_MANY_REQUESTS and not rejection.budget:
        return RateLimited("Kubernetes asks for a pause.", retry_after=_pause(response))
    if status in _LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(f"Kubernetes answers HTTP {status}: {rejection.message}")
    return rejection


def _body(response: RESTResponse) -> bytes:
    try:
        return bytes(response.response.data)
    except ReadTimeoutError as error:
        raise TimedOut("Kubernetes takes too long.") from error
    except (HTTPError, OSError) as error:
        raise Unavailable(f"Kubernetes broke off its answer ({type(error).__name__}).") from error


def _pause(response: RESTResponse) -> float:
    try:
        asked = float(response.response.headers.get("Retry-After", _PAUSE))
        return min(max(asked, _PAUSE), _LONGEST_PAUSE)
    except ValueError:
        return _PAUSE
