"""A real `candlefish serve` child for tests: what it trusts, and its API from outside."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx

from bot.domain.ops_data.people import Role
from handlers.keys import local_key
from handlers.tokens import Audience, sign
from sandbox.servers.candlefish import Candlefish, candlefish
from sandbox.slack.server import SlackTwin

TOKEN = "an-alertmanager-token"
PAGERDUTY_SECRET = "a-pagerduty-secret"
ACK_SECONDS = 30.0  # Slack gives three, and a machine that is busy with tests takes longer
_key = lru_cache(local_key)  # checking an RSA key takes a tenth of a second
_MOST_OF_ONE = 100  # requests: the API bounds each caller's pace


@contextmanager
def serving(
    folder: Path, database_url: str, *, slack: SlackTwin | None = None, **more: str
) -> Iterator[Candlefish]:
    """Ready; with `slack` its cards stand in the twin's channel."""
    with unstarted(folder, database_url, slack=slack, **more) as bot:
        bot.start()
        yield bot


@contextmanager
def unstarted(
    folder: Path, database_url: str, *, slack: SlackTwin | None = None, **more: str
) -> Iterator[Candlefish]:
    environ = {
        "CANDLEFISH_DATABASE_URL": database_url,
        "CANDLEFISH_ALERTMANAGER_TOKENS": TOKEN,
        "CANDLEFISH_PAGERDUTY_WEBHOOK_SECRETS": PAGERDUTY_SECRET,
        **(_slack(slack) if slack else {}),
        **more,
    }
    with candlefish(folder, environ) as bot:
        if slack is not None:
            slack.outbound.ack_seconds = ACK_SECONDS
            slack.connect_app(f"{bot.url}/slack/events")
        yield bot


def token(
    folder: Path,
    sub: str = "ada",
    audience: Audience = Audience.API,
    role: Role = Role.ADMIN,
) -> str:
    """One that opens the API (or the pages) of the bot whose data is in `folder`."""
    return sign(
        _key(folder), sub=sub, role=role, ttl=timedelta(hours=1),
        audience=audience, now=datetime.now(UTC),
    )  # fmt: skip


@dataclass(kw_only=True)
class Api:
    """`/api/v1` of a bot, asked by ever new callers so that none asks too fast."""

    bot: Candlefish
    _asked: Iterator[int] = field(default_factory=itertools.count)
    _token: str = ""

    def get(self, path: str) -> Any:
        return self.ask("GET", path).raise_for_status().json()

    def say(self, text: str) -> httpx.Response:
        return self.ask("POST", "/commands", {"text": text})

    def ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        url = f"{self.bot.url}/api/v1{path}"
        # Reading the machine's certificates would take most of the time, and none is needed.
        return httpx.request(
            method, url, json=body, headers=self.headers(), timeout=30, verify=False
        )

    def every(self, path: str) -> list[Any]:
        """All items of a list, page by page."""
        found, cursor = [], ""
        while True:
            page = self.get(f"{path}?limit=200&cursor={cursor}")
            found += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    def headers(self) -> dict[str, str]:
        number = next(self._asked)
        if number % _MOST_OF_ONE == 0:
            self._token = token(self.bot.folder, f"caller-{number}")
        return {"Authorization": f"Bearer {self._token}"}


def _slack(slack: SlackTwin) -> dict[str, str]:
    return {
        "CANDLEFISH_SLACK_BOT_TOKEN": slack.bot_token,
        "CANDLEFISH_SLACK_SIGNING_SECRETS": slack.signing_secret,
        "CANDLEFISH_SLACK_API_URL": slack.api_url,
    }
