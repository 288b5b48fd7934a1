"""A registry of the OCI distribution specification, asked whether it has a manifest.

Only the host in the image's name is asked, and the one it sends us to for a token; redirects are
not followed.
"""

import json
from http import HTTPStatus
from typing import Any

import httpx

from bot.adapters.images import challenge
from bot.adapters.images.challenge import Challenge
from bot.adapters.images.logins import Login, Logins
from bot.adapters.images.reference import ACCEPTED, Reference, on_this_machine
from bot.domain.errors import GiveUp, Unavailable
from bot.ports.trouble import RateLimited, TimedOut

TIMEOUT = httpx.Timeout(3.0, connect=2.0)
_MOST = 65_536  # bytes that are read of an answer
_NOT_THERE = frozenset({"MANIFEST_UNKNOWN", "NAME_UNKNOWN", "NOT_FOUND"})


class Registry:
    """Threads may share it."""

    def __init__(self, logins: Logins) -> None:
        self._logins = logins
        self._http = httpx.Client(timeout=TIMEOUT, follow_redirects=False)

    def close(self) -> None:
        self._http.close()

    def holds(self, image: Reference) -> bool:
        url = f"{image.address}/v2/{image.name}/manifests/{image.wanted}"
        headers = {"Accept": ", ".join(ACCEPTED)}
        login = None
        status, found, _ = self._answer("HEAD", url, image.host, headers)
        if status == HTTPStatus.UNAUTHORIZED:
            asked = challenge.read(found.get("www-authenticate", ""))
            login = self._logins.of(image.host)
            if asked.scheme == "bearer":
                headers["Authorization"] = f"Bearer {self._token(image, asked, login)}"
                login = None
            status, _, _ = self._answer("HEAD", url, image.host, headers, login)
        if status == HTTPStatus.OK:
            return True
        if status == HTTPStatus.NOT_FOUND:
            return self._is_there(url, image.host, headers, login)
        if status == HTTPStatus.UNAUTHORIZED:
            raise _locked(image.host, self._logins.of(image.host))
        raise _refusal(status, image.host)

    def _is_there(self, url: str, host: str, headers: dict[str, str], login: Login | None) -> bool:
        """Any web server answers 404 to a HEAD; only a body tells that this one is a registry."""
        status, _, body = self._answer("GET", url, host, headers, login)
        if status == HTTPStatus.OK:
            return True
        if status == HTTPStatus.NOT_FOUND and _codes(body) & _NOT_THERE:
            return False
        raise Unavailable(f"What answers at {host} is not a registry ({status}).")

    def _token(self, image: Reference, asked: Challenge, login: Login | None) -> str:
        """Anonymous where no password is known: public images are given so."""
        realm = _address(asked.realm, image.host)
        plain = realm.scheme == "http" and on_this_machine(image.host)
        if realm.scheme != "https" and not (plain and on_this_machine(realm.host)):
            raise GiveUp(f"{image.host} wants a password sent without encryption.")
        query = {"scope": f"repository:{image.name}:pull"}
        if "service" in asked.parts:
            query["service"] = asked.parts["service"]
        url = str(realm.copy_merge_params(query))
        status, _, body = self._answer("GET", url, realm.host, {}, login)
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise _locked(image.host, login)
        if status != HTTPStatus.OK:
            raise _refusal(status, realm.host)
        told = _json(body)
        token = told.get("token") or told.get("access_token") if isinstance(told, dict) else None
        if not isinstance(token, str) or not token:
            raise Unavailable(f"What answers at {realm.host} gives no tokens.")
        return token

    def _answer(
        self, method: str, url: str, host: str, headers: dict[str, str], login: Login | None = None
    ) -> tuple[int, httpx.Headers, bytes]:
        body = b""
        try:
            with self._http.stream(method, url, headers=headers, auth=login) as answer:
                for part in answer.iter_bytes():
                    body += part
                    if len(body) >= _MOST:
                        break
        except httpx.TimeoutException as error:
            raise TimedOut(f"The registry {host} takes too long.") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(
                f"The registry {host} does not answer ({type(error).__name__})."
            ) from error
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise RateLimited(f"The registry {host} asks for a pause.", retry_after=_pause(answer))
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unavailable(f"The registry {host} answered {answer.status_code}.")
        return answer.status_code, answer.headers, body


def _address(realm: str, host: str) -> httpx.URL:
    try:
        return httpx.URL(realm)
    except httpx.InvalidURL as error:
        raise Unavailable(f"What answers at {host} is not a registry.") from error


def _pause(answer: httpx.Response) -> float:
    said = answer.headers.get("retry-after", "")
    return min(max(float(said), 1.0), 60.0) if said.isdecimal() else 1.0


def _locked(host: str, login: Login | None) -> GiveUp:
    if login is not None:
        return GiveUp(
            f"The registry {host} does not take its password: correct it in the file that "
            "CANDLEFISH_REGISTRY_LOGINS names."
        )
    return GiveUp(
        f"The registry {host} wants a password: name a Docker config.json that holds it in "
        "CANDLEFISH_REGISTRY_LOGINS."
    )


def _refusal(status: int, host: str) -> GiveUp:
    if status == HTTPStatus.FORBIDDEN:
        return GiveUp(f"The registry {host} does not let the bot look: grant it the right to pull.")
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return GiveUp(f"The registry {host} sends us elsewhere, and redirects are not followed.")
    return GiveUp(f"The registry {host} answered {status}.")


def _codes(body: bytes) -> frozenset[str]:
    told = _json(body)
    errors = told.get("errors") if isinstance(told, dict) else None
    rows = errors if isinstance(errors, list) else []
    return frozenset(str(row.get("code", "")) for row in rows if isinstance(row, dict))


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
