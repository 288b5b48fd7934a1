"""A real bot and the Slack twin, with the edge between them on real sockets."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import FastAPI
from slack_bolt import App

from bot.assembly import assemble
from bot.bot import Bot
from bot.domain.incidents.alert import Alert, Status
from bot.secret import Secret, SecretList
from bot.settings import Settings
from handlers.keys import local_key
from handlers.slack.edge import SlackEdge, slack_edge
from handlers.tokens import Verifier
from handlers.web.access import Door
from sandbox.slack.people import Person, Seed, Usergroup
from sandbox.slack.screen import Card
from sandbox.slack.server import SlackTwin
from sandbox.slack.signing import signed_headers
from tests.handlers.without_vendors import taking_operations
from tests.served import served

FORM = "application/x-www-form-urlencoded"
HOME = "https://bot.example.org"
ADA, GRACE, LINUS, VIEWER = "U1", "U2", "U3", "U7"
SEED = Seed(
    people=(
        Person(id=ADA, name="ada"),
        Person(id=GRACE, name="grace"),
        Person(id=LINUS, name="linus"),
        Person(id=VIEWER, name="vic"),
    ),
    usergroups=(Usergroup(id="S012", handle="oncall", users=(GRACE, LINUS)),),
)
RATES = {"chat.postMessage": 6000, "apps.connections.open": 60}
_pem = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
)


@dataclass
class Clock:
    """Wall time, and as much more as a test has gone forward."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def forward(self, **lapse: float) -> None:
        self.ahead += timedelta(**lapse)


@dataclass(kw_only=True)
class Room:
    slack: SlackTwin
    bot: Bot
    edge: SlackEdge
    app: App
    settings: Settings
    clock: Clock
    url: str

    def fire(self, name: str = "GraphqlDown", **labels: str) -> Card:
        """One alert of a group of its own; its card, once it stands in the channel."""
        alert = Alert(
            source="alertmanager",
            fingerprint=f"{name}-{sorted(labels.items())}",
            status=Status.FIRING,
            labels={"alertname": name, "severity": "critical", "service": name.lower(), **labels},
            annotations={"summary": "Nothing answers"},
            starts_at=self.clock(),
            group_key=f"{{}}:{name}",
        )
        self.bot.receive([alert]).result(timeout=10)
        return self.slack.channel("#ops-emergency").expect_card(name)

    def command(self, user: str, text: str, *, channel: str = "C1") -> str:
        return self.slack.command(user, f"/candlefish {text}", channel=channel).text

    def post(
        self,
        body: bytes,
        content_type: str = FORM,
        *,
        secret: str | None = None,
        at: float | None = None,
    ) -> httpx.Response:
        """A signed request of the test's own making."""
        every = {**self.signed(body, secret=secret, at=at), "content-type": content_type}
        return httpx.post(self.url, content=body, headers=every, timeout=10, trust_env=False)

    def signed(
        self, body: bytes, *, secret: str | None = None, at: float | None = None
    ) -> dict[str, str]:
        stamp = self.clock().timestamp() if at is None else at
        return signed_headers(secret or self.slack.signing_secret, body, stamp)

    def interact(self, payload: Mapping[str, Any]) -> httpx.Response:
        return self.post(urlencode({"payload": json.dumps(payload)}).encode())


@contextmanager
def opened(folder: Path, *, socket_mode: bool = False, **told: Any) -> Iterator[Room]:
    """On the migrated database that stands in `folder`."""
    (folder / "keys").mkdir()
    (folder / "keys" / "jwt.pem").write_bytes(_pem)
    with SlackTwin(
        seed=SEED, rates={"chat.postMessage": 6000, "apps.connections.open": 60}
    ) as slack:
        settings = _settings(folder, slack, socket_mode=socket_mode).model_copy(update=told)
        clock = Clock()
        bot = taking_operations(assemble(settings, now=clock))
        verifier = Verifier.of(local_key(folder), key_files=(), jwks_url=None)
        edge = slack_edge(bot, settings, Door.of(settings, verifier, clock), clock)
        app = FastAPI(openapi_url=None)
        app.include_router(edge.routes)
        bot.start()
        edge.start()
        try:
            with served(app) as server:
                url = f"{server.address}/slack/events"
                _connect(slack, url, socket_mode=socket_mode)
                yield Room(
                    slack=slack,
                    bot=bot,
                    edge=edge,
                    app=edge.app,
                    settings=settings,
                    clock=clock,
                    url=url,
                )
        finally:
            edge.stop()
            bot.stop()


def _connect(slack: SlackTwin, url: str, *, socket_mode: bool) -> None:
    if socket_mode:
        assert slack.wait_for(lambda: slack.sockets.connected)
    else:
        slack.connect_app(url)


def _settings(folder: Path, slack: SlackTwin, *, socket_mode: bool) -> Settings:
    return Settings.load(None).model_copy(
        update={
            "data_dir": folder,
            "database_url": f"sqlite:///{folder / 'candlefish.db'}",
            "base_url": HOME,
            "slack_api_url": slack.api_url,
            "slack_bot_token": Secret(slack.bot_token),
            "slack_app_token": Secret(slack.app_token) if socket_mode else None,
            "slack_signing_secrets": SecretList(f"an-older-secret,{slack.signing_secret}"),
            "alertmanager_url": "http://127.0.0.1:1",
        }
    )
