"""Netlify's API: deploys published by their id, locked and unlocked; nothing relative.

`PUT /sites/{id}/rollback` publishes "the previous deploy", whichever that is: it is never called.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx

from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.releases.deploy import Site, SiteDeploy
from bot.ports.trouble import RateLimited
from bot.secret import Secret

TIMEOUT = httpx.Timeout(5.0, connect=2.0)
_BUSY, _PASSING = 429, 500
_WHY = {
    401: "Netlify does not know the token: set CANDLEFISH_NETLIFY_TOKEN to a valid one.",
    403: "The Netlify user of the token may not do this: give it access to the site.",
}


class Netlify:
    """Threads may share it. The token is read at every call, so that it can be rotated."""

    def __init__(self, token: Secret, url: str) -> None:
        self._token = token
        self._http = httpx.Client(base_url=url.rstrip("/"), timeout=TIMEOUT, follow_redirects=False)

    def check(self) -> str:
        told = self._read("/user")
        with _understood():
            return str(told.get("email") or told.get("full_name") or told["id"])

    def site(self, site: str) -> Site:
        told = self._read(f"/sites/{_part(site)}")
        with _understood():
            published = told.get("published_deploy")
            return Site(
                id=str(told["id"]),
                name=str(told["name"]),
                url=str(told.get("ssl_url") or told.get("url") or ""),
                published=_deploy(published) if published else None,
            )

    def deploys(self, site: str, *, limit: int = 30) -> Sequence[SiteDeploy]:
        told = self._read(f"/sites/{_part(site)}/deploys?page=1&per_page={limit}")
        with _understood():
            if not isinstance(told, list):
                raise TypeError  # nothing that passes for an empty one
            return tuple(_deploy(one) for one in told)

    def deploy(self, deploy: str) -> SiteDeploy:
        told = self._read(f"/deploys/{_part(deploy)}")
        with _understood():
            return _deploy(told)

    def restore(self, site: str, deploy: str) -> None:
        self._write(f"/sites/{_part(site)}/deploys/{_part(deploy)}/restore")

    def lock(self, deploy: str) -> None:
        self._write(f"/deploys/{_part(deploy)}/lock")

    def unlock(self, deploy: str) -> None:
        self._write(f"/deploys/{_part(deploy)}/unlock")

    def close(self) -> None:
        self._http.close()

    def _read(self, path: str) -> Any:
        answer = self._answer("GET", path)
        if not answer.is_success:
            raise Refused(_refusal(answer))
        with _understood():
            return answer.json()

    def _write(self, path: str) -> None:
        answer = self._answer("POST", path)
        if not answer.is_success:
            raise GiveUp(_refusal(answer))

    def _answer(self, method: str, path: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token.reveal()}"}
        try:
            answer = self._http.request(method, path, headers=headers)
        except httpx.HTTPError as error:
            raise Unavailable(f"Netlify does not answer ({type(error).__name__}).") from error
        if answer.status_code == _BUSY:
            raise RateLimited("Netlify asks for a pause.", retry_after=_pause(answer))
        if answer.status_code >= _PASSING:
            raise Unavailable(f"Netlify answered {answer.status_code}.")
        return answer


def _part(name: str) -> str:
    return quote(name, safe="")


def _pause(answer: httpx.Response) -> float:
    """Seconds until the limit begins anew: `X-RateLimit-Reset` is a time, not a span."""
    try:
        reset = float(answer.headers["X-RateLimit-Reset"])
    except (KeyError, ValueError):
        return 1.0
    return min(max(reset - time.time(), 1.0), 60.0)


def _refusal(answer: httpx.Response) -> str:
    try:
        said = str(answer.json().get("message") or "")
    except (ValueError, AttributeError):
        said = ""
    known = _WHY.get(answer.status_code)
    return known or f"Netlify answered {answer.status_code}{f': {said}' if said else ''}."


def _deploy(told: Any) -> SiteDeploy:
    """Real deploys hold null where the specification says string."""
    published = told.get("published_at")
    return SiteDeploy(
        id=str(told["id"]),
        state=str(told.get("state") or ""),
        created_at=datetime.fromisoformat(told["created_at"]),
        published_at=datetime.fromisoformat(published) if published else None,
        locked=bool(told.get("locked")),
        title=str(told.get("title") or ""),
        commit=str(told.get("commit_ref") or ""),
        branch=str(told.get("branch") or ""),
        url=str(told.get("deploy_ssl_url") or told.get("deploy_url") or ""),
        build=str(told.get("build_id") or ""),
    )


@contextmanager
def _understood() -> Iterator[None]:
    """A proxy in between may answer with a page of its own."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unavailable("What answers at Netlify's address is not Netlify.") from error
