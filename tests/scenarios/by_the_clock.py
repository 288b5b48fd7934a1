"""A whole bot with its HTTP edge and a Slack twin, all by one clock that the test moves.

The intake stores in its own thread, as it does when serving; the card loop makes its turns when the
clock goes forward, so that minutes take no time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from bot.assembly import assemble, migrate
from bot.bot import Bot
from bot.domain.ops_data.people import Role
from bot.flows.cards.card_loop import CardLoop
from bot.flows.loop import Loop
from bot.secret import Secret, SecretList
from bot.settings import Settings
from handlers.app import create_app
from handlers.keys import local_key
from handlers.tokens import Audience, sign
from sandbox.slack.server import SlackTwin
from tests.served import address_of, listening, served
from tests.serving import TOKEN

START = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
_LONGEST_PAUSE = 1.0  # seconds; in between, things happen


@dataclass
class Clock:
    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass(kw_only=True)
class Night:
    bot: Bot
    slack: SlackTwin
    clock: Clock
    settings: Settings
    http: httpx.Client
    told: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def cards(self) -> CardLoop:
        assert self.bot.cards is not None
        return self.bot.cards

    def fires(self, service: str, alertname: str, severity: str) -> str:
        """Alertmanager tells of it; the name of the incident."""
        self.told[service] = {
            "status": "firing",
            "labels": {"alertname": alertname, "service": service, "severity": severity},
            "startsAt": self.clock().isoformat(),
        }
        return self._tell(service)

    def ends(self, service: str) -> None:
        self.told[service] |= {"status": "resolved", "endsAt": self.clock().isoformat()}
        self._tell(service)

    def say(self, text: str, *, by: str) -> None:
        """A verb from a terminal."""
        answer = self.http.post(
            "/api/v1/commands", json={"text": text}, headers={"Authorization": self._bearer(by)}
        )
        assert answer.raise_for_status().json()["status"] == 0, answer.text

    def severity(self, name: str) -> str:
        return self.bot.incident(int(name.removeprefix("INC-"))).severity.value

    def pass_time(self, seconds: float) -> None:
        """The card loop makes its turns, as a Loop would, in the clock's own time."""
        end = self.clock() + timedelta(seconds=seconds)
        while (rest := (end - self.clock()).total_seconds()) > 0:
            pause = min(max(self.cards.turn(), 0.01), _LONGEST_PAUSE)
            self.clock.forward(min(pause, rest))

    def _tell(self, service: str) -> str:
        body = {"groupKey": f"{{}}:{service}", "alerts": [self.told[service]]}
        answer = self.http.post(
            "/webhooks/alertmanager", json=body, headers={"Authorization": f"Bearer {TOKEN}"}
        )
        (name,) = answer.raise_for_status().json()["incidents"]
        return str(name)

    def _bearer(self, sub: str) -> str:
        key = local_key(self.settings.data_dir)
        token = sign(
            key, sub=sub, role=Role.OPERATOR, ttl=timedelta(minutes=5), audience=Audience.API,
            now=self.clock(),
        )  # fmt: skip
        return f"Bearer {token}"


@contextmanager
def night(settings: Settings) -> Iterator[Night]:
    """`settings` say where the data is; the rest is added here."""
    clock = Clock()
    with SlackTwin(clock=clock.seconds) as slack, listening() as listener:
        url = address_of(listener)
        known = {
            "base_url": url,
            "alertmanager_tokens": SecretList(TOKEN),
            "slack_api_url": slack.api_url,
            "slack_bot_token": Secret(slack.bot_token),
            "slack_signing_secrets": SecretList(slack.signing_secret),
        }
        settings = settings.model_copy(update=known)
        migrate(settings)
        bot = assemble(settings, now=clock)
        intake = Loop(name="intake", turn=bot.intake.turn)
        intake.start()
        app = create_app(bot, settings, now=clock)
        try:
            with (
                served(app, listener=listener),
                httpx.Client(base_url=url, trust_env=False) as http,
            ):
                yield Night(bot=bot, slack=slack, clock=clock, settings=settings, http=http)
        finally:
            bot.intake.close()
            intake.stop()
            bot.db.close()
