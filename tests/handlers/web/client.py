"""Asks an application without a socket between: for everything but streams that stay open."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

HOME = "http://testserver"


class Client:
    """Keeps cookies as a browser does, and follows no redirect by itself."""

    def __init__(self, portal: BlockingPortal, http: httpx.AsyncClient) -> None:
        self._portal, self._http = portal, http

    def request(self, method: str, address: str, **told: Any) -> httpx.Response:
        return self._portal.call(partial(self._http.request, method, address, **told))

    def get(self, address: str, **told: Any) -> httpx.Response:
        return self.request("GET", address, **told)

    def post(self, address: str, **told: Any) -> httpx.Response:
        return self.request("POST", address, **told)

    def forget(self) -> None:
        self._http.cookies.clear()


@contextmanager
def client_of(app: FastAPI, home: str = HOME) -> Iterator[Client]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    http = httpx.AsyncClient(transport=transport, base_url=home)
    with start_blocking_portal() as portal:
        yield Client(portal, http)
        portal.call(http.aclose)
