"""A Netlify twin, and a plain client of its API."""

from collections.abc import Iterator

import pytest
import requests

from sandbox.netlify.server import NetlifyTwin

SITE = "candlefish-docs-site"


class Client:
    """The calls that Candlefish makes, with the answers as they come."""

    def __init__(self, twin: NetlifyTwin, token: str = "") -> None:
        self._base = twin.api_url
        self._headers = {"Authorization": f"Bearer {token or twin.token}"}

    def get(self, path: str, **query: str | int) -> requests.Response:
        return self._call("GET", path, query)

    def post(self, path: str, **query: str | int) -> requests.Response:
        return self._call("POST", path, query)

    def put(self, path: str) -> requests.Response:
        return self._call("PUT", path, {})

    def _call(self, method: str, path: str, query: dict[str, str | int]) -> requests.Response:
        return requests.request(
            method, f"{self._base}{path}", params=query, headers=self._headers, timeout=10
        )


@pytest.fixture
def netlify() -> Iterator[NetlifyTwin]:
    with NetlifyTwin() as twin:
        yield twin


@pytest.fixture
def client(netlify: NetlifyTwin) -> Client:
    return Client(netlify)
