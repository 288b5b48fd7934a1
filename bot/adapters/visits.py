"""Synthetic probes over HTTP: one GET of a configured address, as a user would make it."""

import re
import time

import httpx

from bot.ports.visits import Visit

SECONDS = 2.0
_MOST = 65_536  # bytes of a page that are read for its build id
_VERSION = "x-candlefish-version"
_BUILD = re.compile(
    rb"""<meta\s+name=["']?build-id["']?\s+content=["']([^"']{1,200})["']""", re.IGNORECASE
)


class HttpVisits:
    """Threads may share it; cookies are not kept, so that each visit is a new visitor's."""

    def __init__(self) -> None:
        limits = httpx.Limits(max_connections=20, max_keepalive_connections=0)
        self._http = httpx.Client(
            timeout=httpx.Timeout(SECONDS), follow_redirects=False, limits=limits
        )

    def get(self, url: str) -> Visit:
        began = time.monotonic()
        try:
            with self._http.stream("GET", url) as answer:
                page = self._beginning(answer, began)
        except (httpx.HTTPError, httpx.InvalidURL):
            return Visit(status=0, seconds=time.monotonic() - began)
        finally:
            self._http.cookies.clear()
        marked = _BUILD.search(page)
        version = answer.headers.get(_VERSION) or (
            marked[1].decode("ascii", "replace") if marked else ""
        )
        return Visit(status=answer.status_code, seconds=time.monotonic() - began, version=version)

    def close(self) -> None:
        self._http.close()

    def _beginning(self, answer: httpx.Response, began: float) -> bytes:
        page = b""
        for part in answer.iter_bytes():
            page += part
            if len(page) >= _MOST:
                break
            if time.monotonic() - began > SECONDS:
                raise httpx.ReadTimeout("The page did not end in time.")
        return page
