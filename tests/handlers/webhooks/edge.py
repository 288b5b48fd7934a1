"""The webhook edge of a real bot on a real database, with its tokens, secrets and clock."""

import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from httpx import Response

from bot.assembly import assemble
from bot.bot import Bot
from bot.domain.incidents.incident import Incident
from bot.domain.incidents.listing import Filter
from bot.secret import SecretList
from bot.settings import Settings
from handlers.own_health import health_routes
from handlers.request_id import RequestIds
from handlers.webhooks.routes import webhook_routes
from tests.handlers.web.client import Client, client_of

TOKENS = "first-token,second-token"
SECRETS = "old-secret,new-secret"
GOOD = {"Authorization": "Bearer second-token"}
HOME = "http://127.0.0.1"


@dataclass
class Clock:
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **lapse: float) -> None:
        self.at += timedelta(**lapse)


@dataclass(kw_only=True)
class Edge:
    bot: Bot
    client: Client
    clock: Clock

    def alertmanager(self, body: object, headers: Mapping[str, str] = GOOD) -> Response:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post("/webhooks/alertmanager", content=raw, headers=headers)

    def pagerduty(self, body: object, signature: str | None = None) -> Response:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = signature_of(raw) if signature is None else signature
        headers = {"X-PagerDuty-Signature": signed}
        return self.client.post("/webhooks/pagerduty", content=raw, headers=headers)

    def incidents(self) -> list[Incident]:
        return self.bot.incidents(Filter(limit=200))

    def metric(self, name: str, **labels: str) -> float:
        return self.bot.measures.registry.get_sample_value(name, labels) or 0.0


def signature_of(body: bytes, secret: str = "new-secret") -> str:
    return f"v1={hmac.new(secret.encode(), body, sha256).hexdigest()}"


def alert(name: str = "Down", **fields: Any) -> dict[str, Any]:
    return {"status": "firing", "labels": {"alertname": name, "service": name}, **fields}


def webhook(*alerts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"version": "4", "groupKey": "g", "alerts": list(alerts or [alert()]), **fields}


@contextmanager
def edged(url: str, folder: Path, **told: Any) -> Iterator[Edge]:
    settings = Settings.load(None).model_copy(
        update={
            "data_dir": folder,
            "database_url": url,
            "alertmanager_tokens": SecretList(TOKENS),
            "pagerduty_webhook_secrets": SecretList(SECRETS),
            **told,
        }
    )
    clock = Clock()
    bot = assemble(settings, now=clock)
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.include_router(webhook_routes(bot, settings, clock))
    app.include_router(health_routes(bot))
    app.add_middleware(RequestIds)
    bot.start()
    try:
        with client_of(app, HOME) as client:
            yield Edge(bot=bot, client=client, clock=clock)
    finally:
        bot.stop()
