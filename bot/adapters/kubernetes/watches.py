"""Deployments as they change: one list, then what the server tells of it."""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from http import HTTPStatus
from typing import Any

from urllib3.exceptions import HTTPError, ReadTimeoutError

from bot.adapters.kubernetes import objects
from bot.adapters.kubernetes.api import Api
from bot.adapters.kubernetes.connection import Request
from bot.adapters.kubernetes.rejection import Rejection
from bot.adapters.kubernetes.resource import DEPLOYMENT
from bot.domain.errors import Unavailable
from bot.domain.workload import Deployment

_GRACE = 5.0  # seconds that the server may take to end what it was asked to end
_CHUNK = 65536


class _Forgotten(Exception):
    """The server's history does not reach back that far: list anew."""


class Watches(Api):
    def watch(self, namespace: str, seconds: float) -> Iterator[Deployment]:
        ends = time.monotonic() + seconds
        version = ""
        while True:
            if not version:
                listed = self._list(DEPLOYMENT, namespace)
                yield from (objects.deployment(raw) for raw in listed["items"])
                version = listed["metadata"]["resourceVersion"]
            left = int(ends - time.monotonic())
            if left < 1:  # the server counts whole seconds
                return
            try:
                for event in self._events(namespace, version, left):
                    version = event["object"]["metadata"]["resourceVersion"]
                    if event["type"] in {"ADDED", "MODIFIED"}:
                        yield objects.deployment(event["object"])
            except _Forgotten:
                version = ""

    def _events(self, namespace: str, version: str, left: int) -> Iterator[Any]:
        query = {
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": version,
            "timeoutSeconds": str(left),
        }
        request = Request(
            method="GET", path=DEPLOYMENT.path(namespace), query=query, seconds=left + _GRACE
        )
        try:
            response = self.connection.open(request)
        except Rejection as rejection:
            if rejection.status == HTTPStatus.GONE:
                raise _Forgotten from None
            what = f"deployments in {namespace} cannot be watched"
            raise rejection.as_refused(what) from None
        with closing(response.response) as stream:
            yield from _parsed(stream)


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
