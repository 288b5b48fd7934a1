"""Alertmanager's API v2: silences made once and found by the key in their comment; what fires."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bot.domain.errors import GiveUp, Unavailable
from bot.domain.incidents.reconcile import Listed
from bot.domain.incidents.wire import rfc3339
from bot.ports.silences import Silence

TIMEOUT = httpx.Timeout(5.0, connect=2.0)
_EVERY_STATE = dict.fromkeys(("active", "silenced", "inhibited", "unprocessed"), "true")
_PASSING = 500
_BUSY = 429


class Alertmanager:
    def __init__(self, url: str) -> None:
        self._http = httpx.Client(
            base_url=f"{url.rstrip('/')}/api/v2", timeout=TIMEOUT, follow_redirects=False
        )

    def find(self, key: str) -> str | None:
        found = self._ask("GET", "/silences")
        with _understood():
            return next((str(one["id"]) for one in found if _mark(key) in one["comment"]), None)

    def create(self, silence: Silence) -> str:
        body = {
            "matchers": [
                {"name": name, "value": value, "isRegex": False, "isEqual": True}
                for name, value in sorted(silence.matchers.items())
            ],
            "startsAt": rfc3339(silence.starts_at),
            "endsAt": rfc3339(silence.ends_at),
            "createdBy": silence.created_by,
            "comment": f"{silence.comment} {_mark(silence.key)}",
        }
        made = self._ask("POST", "/silences", json=body)
        with _understood():
            return str(made["silenceID"])

    def listed(self) -> Listed:
        """The list first: one that restarts before or after it is known by its age."""
        alerts = self._ask("GET", "/alerts", params=_EVERY_STATE)
        with _understood():
            fingerprints = frozenset(map(_fingerprint, _list(alerts)))
        status = self._answer("GET", "/status")
        with _understood():
            up_since = datetime.fromisoformat(status.json()["uptime"])
            up_for = parsedate_to_datetime(status.headers["Date"]) - up_since
        return Listed(fingerprints=fingerprints, up_since=up_since, up_for=up_for)

    def check(self) -> str:
        told = self._ask("GET", "/status")
        with _understood():
            return str(told["versionInfo"]["version"])

    def close(self) -> None:
        self._http.close()

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        answer = self._answer(method, path, **more)
        with _understood():
            return answer.json()

    def _answer(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise Unavailable(f"Alertmanager does not answer ({type(error).__name__}).") from error
        if answer.status_code >= _PASSING or answer.status_code == _BUSY:
            raise Unavailable(f"Alertmanager answered {answer.status_code}.")
        if not answer.is_success:
            raise GiveUp(f"Alertmanager refused it ({answer.status_code}).")
        return answer


@contextmanager
def _understood() -> Iterator[None]:
    """A proxy in between may answer with a page of its own."""
    try:
        yield
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable("What answers at Alertmanager's address is not Alertmanager.") from error


def _list(told: Any) -> list[Any]:
    if not isinstance(told, list):
        raise TypeError  # nothing that passes for an empty one
    return told


def _fingerprint(alert: Any) -> str:
    given = alert["fingerprint"]
    if not isinstance(given, str) or not given:
        raise ValueError
    return given


def _mark(key: str) -> str:
    return f"[candlefish {key}]"
