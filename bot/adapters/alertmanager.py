"""Alertmanager's API v2: silences made once, and found again by the key in their comment."""

from typing import Any

import httpx

from bot.domain.errors import GiveUp, Unavailable
from bot.domain.wire import rfc3339
from bot.ports import Silence

TIMEOUT = httpx.Timeout(5.0, connect=2.0)
_PASSING = 500


class Alertmanager:
    def __init__(self, url: str) -> None:
        self._http = httpx.Client(
            base_url=f"{url.rstrip('/')}/api/v2", timeout=TIMEOUT, follow_redirects=False
        )

    def find(self, key: str) -> str | None:
        found = self._ask("GET", "/silences").json()
        ids = (one["id"] for one in found if _mark(key) in one.get("comment", ""))
        return next(ids, None)

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
        return str(self._ask("POST", "/silences", json=body).json()["silenceID"])

    def check(self) -> str:
        return str(self._ask("GET", "/status").json()["versionInfo"]["version"])

    def close(self) -> None:
        self._http.close()

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise Unavailable(f"Alertmanager does not answer ({type(error).__name__}).") from error
        if answer.status_code >= _PASSING:
            raise Unavailable(f"Alertmanager answered {answer.status_code}.")
        if not answer.is_success:
            raise GiveUp(f"Alertmanager refused it ({answer.status_code}).")
        return answer


def _mark(key: str) -> str:
    return f"[candlefish {key}]"
