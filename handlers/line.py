"""The terminal's line to the bot: its API, asked with this login's token."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from httpx import codes

from bot.domain.errors import Misuse, Refused, Unavailable
from bot.settings import Settings
from handlers.local_token import local_token

TIMEOUT = httpx.Timeout(15.0, connect=3.0)
_TTL = timedelta(minutes=2)


class Line:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.address = settings.base_url

    def call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Mapping[str, Any]:
        """The answer's JSON; raises `Refused`, `Misuse` or `Unavailable`, in words for a person."""
        try:
            answer = httpx.request(
                method,
                f"{self.address.rstrip('/')}/api/v1{path}",
                json=body,
                headers={"Authorization": f"Bearer {self._token()}"},
                timeout=TIMEOUT,
            )
        except httpx.HTTPError:
            raise Unavailable(
                f"No bot answers at {self.address}. Start it with `candlefish serve`, "
                "or set CANDLEFISH_BASE_URL."
            ) from None
        return self._read(answer)

    def _token(self) -> str:
        """A new one for every call: a local one is short-lived, and an operation is not."""
        settings = self._settings
        if settings.token is not None and (given := settings.token.reveal()):
            return given
        return local_token(settings, sub=None, role=None, ttl=_TTL, now=datetime.now(UTC))

    def _read(self, answer: httpx.Response) -> Mapping[str, Any]:
        try:
            said = answer.json()
        except ValueError:
            said = None
        told: Mapping[str, Any] = said if isinstance(said, dict) else {}
        if answer.status_code == codes.OK:
            return told
        why = told.get("detail") or told.get("error") or f"It answered {answer.status_code}."
        if answer.status_code == codes.UNAUTHORIZED:
            if self._settings.token is None:
                why = (
                    f"It keeps its key elsewhere than {self._settings.data_dir}: set "
                    "CANDLEFISH_DATA_DIR to its folder, or CANDLEFISH_TOKEN."
                )
            raise Refused(f"The bot does not know this token. {why}")
        if answer.is_client_error and answer.status_code != codes.TOO_MANY_REQUESTS:
            raise Misuse(str(why))
        raise Unavailable(f"The bot cannot answer now. {why}")


def not_candlefish(line: Line) -> Unavailable:
    return Unavailable(
        f"What answers at {line.address} is not Candlefish. Set CANDLEFISH_BASE_URL."
    )
