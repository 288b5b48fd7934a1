"""One watch: a list, then what the server tells of it, until its time is up or somebody ends it."""

import json
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from http import HTTPStatus
from threading import Lock
from typing import Any

from kubernetes.client.rest import RESTResponse
from urllib3.exceptions import HTTPError, ReadTimeoutError

from bot.adapters.kubernetes import objects
from bot.adapters.kubernetes.connection import Request
from bot.adapters.kubernetes.rejection import Rejection
from bot.adapters.kubernetes.resource import DEPLOYMENT
from bot.domain.cluster.workload import Deployment
from bot.domain.errors import Unavailable

_GRACE = 5.0  # seconds that the server may take to end what it was asked to end
_CHUNK = 65536


class _Forgotten(Exception):
    """The server's history does not reach back that far: list anew."""


class Watching:
    """Deployments as they are and as they change; `listed` and `told` ask the server for them.

    Raises `Unavailable` where a server ends a watch early without news, or forgets its own list
    twice in a row: to ask on at once would only be a load on it.
    """

    def __init__(
        self,
        *,
        listed: Callable[[], Any],
        told: Callable[[Request], RESTResponse],
        namespace: str,
        seconds: float,
    ) -> None:
        self._listed, self._told, self._namespace = listed, told, namespace
        self._lock = Lock()
        self._closed = False
        self._stream: Any = None
        self._found = self._deployments(seconds)

    def __iter__(self) -> Iterator[Deployment]:
        return self

    def __next__(self) -> Deployment:
        try:
            return next(self._found)
        except Unavailable:
            if self._closed:
                raise StopIteration from None
            raise

    def close(self) -> None:
        """Ends it; whoever waits in it on another thread is told at once."""
        with self._lock:
            self._closed = True
            if self._stream is not None:
                with suppress(OSError, RuntimeError, ValueError):  # it ended by itself
                    self._stream.shutdown()
        with suppress(ValueError):  # another thread is in it, and is the one to leave it
            self._found.close()

    def _deployments(self, seconds: float) -> Generator[Deployment, None, None]:
        ends = time.monotonic() + seconds
        version, forgotten = "", False
        while not self._closed:
            if not version:
                listed = self._listed()
                yield from (objects.deployment(raw) for raw in listed["items"])
                version = listed["metadata"]["resourceVersion"]
            began = time.monotonic()
            left = int(ends - began)
            if left < 1:  # the server counts whole seconds
                return
            heard = False
            try:
                for event in self._events(version, left):
                    heard, forgotten = True, False
                    version = event["object"]["metadata"]["resourceVersion"]
                    if event["type"] in {"ADDED", "MODIFIED"}:
                        yield objects.deployment(event["object"])
            except _Forgotten:
                if forgotten:
                    raise Unavailable("Kubernetes forgot at once what it had listed.") from None
                version, forgotten = "", True
                continue
            if not heard and time.monotonic() - began < left / 2:
                raise Unavailable("Kubernetes ended a watch early, without a word.")

    def _events(self, version: str, left: int) -> Iterator[Any]:
        query = {
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": version,
            "timeoutSeconds": str(left),
        }
        request = Request(
            method="GET", path=DEPLOYMENT.path(self._namespace), query=query, seconds=left + _GRACE
        )
        try:
            response = self._told(request)
        except Rejection as rejection:
            if rejection.status == HTTPStatus.GONE:
                raise _Forgotten from None
            what = f"deployments in {self._namespace} cannot be watched"
            raise rejection.as_refused(what) from None
        with closing(response.response) as stream:
            if self._reads(stream):
                yield from _parsed(stream)

    def _reads(self, stream: Any) -> bool:
        """From now on `close` cuts this stream; False where it came too late to be read."""
        with self._lock:
            self._stream = stream
            return not self._closed


def _parsed(stream: Any) -> Iterator[Any]:
    rest = b""
    try:
        for chunk in stream.stream(_CHUNK):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in filter(None, lines):
                yield _event(line)
    except ReadTimeoutError:
        raise Unavailable("Kubernetes fell silent in a watch.") from None
    except (HTTPError, OSError) as error:
        raise Unavailable(f"Kubernetes broke off a watch ({type(error).__name__}).") from error


def _event(line: bytes) -> Any:
    try:
        event = json.loads(line)
    except ValueError:
        raise Unavailable("Kubernetes broke off a watch in the middle of a word.") from None
    if event["type"] == "ERROR":
        if event["object"].get("code") == HTTPStatus.GONE:
            raise _Forgotten
        raise Unavailable(f"Kubernetes ended a watch: {event['object'].get('message', '')}")
    return event
