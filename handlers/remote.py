"""A chat verb from the terminal: sent to the running bot, answered as the table of exits says."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from httpx import codes

from bot.domain.saying import typed
from bot.settings import Settings
from handlers.local_token import local_token

REFUSED, MISUSE, UNAVAILABLE = 1, 2, 3
_STATUSES = (0, REFUSED, MISUSE, UNAVAILABLE)
TIMEOUT = httpx.Timeout(15.0, connect=3.0)
_TTL = timedelta(minutes=2)
_JSON = "--json"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`text` for a person on standard output or error, `status` for the shell."""

    status: int
    text: str


def ask(words: Sequence[str], settings: Settings) -> Answer:
    """Sends the verb to the bot at CANDLEFISH_BASE_URL."""
    as_json = _JSON in words
    text = typed([word for word in words if word != _JSON])
    try:
        answer = httpx.post(
            f"{settings.base_url.rstrip('/')}/api/v1/commands",
            json={"text": text, "incident": None},
            headers={"Authorization": f"Bearer {_token(settings)}"},
            timeout=TIMEOUT,
        )
    except httpx.HTTPError:
        return Answer(
            status=UNAVAILABLE,
            text=f"No bot answers at {settings.base_url}. Start it with `candlefish serve`, "
            "or set CANDLEFISH_BASE_URL.",
        )
    return _read(answer, settings, as_json=as_json)


def tell(answer: Answer) -> None:
    print(answer.text, file=sys.stderr if answer.status else sys.stdout)


def _token(settings: Settings) -> str:
    if settings.token is not None and (given := settings.token.reveal()):
        return given
    return local_token(settings, sub=None, role=None, ttl=_TTL, now=datetime.now(UTC))


def _read(answer: httpx.Response, settings: Settings, *, as_json: bool) -> Answer:
    try:
        said = answer.json()
    except ValueError:
        said = None
    told: Mapping[str, Any] = said if isinstance(said, dict) else {}
    if answer.status_code == codes.OK:
        if told.get("status") not in _STATUSES or "text" not in told:
            return Answer(
                status=UNAVAILABLE,
                text=f"What answers at {settings.base_url} is not Candlefish. "
                "Set CANDLEFISH_BASE_URL.",
            )
        return Answer(status=told["status"], text=_shown(told, as_json=as_json))
    why = told.get("detail") or told.get("error") or f"It answered {answer.status_code}."
    if answer.status_code == codes.UNAUTHORIZED:
        if settings.token is None:
            why = (
                f"It keeps its key elsewhere than {settings.data_dir}: set CANDLEFISH_DATA_DIR to "
                "its folder, or CANDLEFISH_TOKEN."
            )
        return Answer(status=REFUSED, text=f"The bot does not know this token. {why}")
    if answer.is_client_error and answer.status_code != codes.TOO_MANY_REQUESTS:
        return Answer(status=MISUSE, text=str(why))
    return Answer(status=UNAVAILABLE, text=f"The bot cannot answer now. {why}")


def _shown(told: Mapping[str, Any], *, as_json: bool) -> str:
    """With --json the verb's data alone, ready for jq; what has none says its words instead."""
    if not as_json:
        return str(told["text"])
    data = told.get("data") or {"status": told["status"], "text": told["text"]}
    return json.dumps(data, indent=2, ensure_ascii=False)
