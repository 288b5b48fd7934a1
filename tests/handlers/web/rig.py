"""A real bot behind its API and pages, on a database of its own, at a clock that tests set."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import FastAPI

from bot.assembly import assemble
from bot.bot import Bot
from bot.domain.incidents.alert import Alert, Status
from bot.domain.ops_data.people import Role
from bot.domain.verbs.reply import Asked, Reply, Surface
from bot.settings import Settings
from handlers.api.access import Gate
from handlers.api.routes import api_app
from handlers.keys import LocalKey, local_key
from handlers.tokens import Audience, Verifier, sign
from handlers.web.access import Door
from handlers.web.live import Live
from handlers.web.routes import page_routes
from handlers.web.watcher import Watcher
from tests.handlers.web.client import HOME, Client, client_of
from tests.handlers.without_vendors import taking_operations

PROMETHEUS = "http://127.0.0.1:9090"


@dataclass
class Clock:
    at: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=250_000))

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **lapse: float) -> None:
        self.at += timedelta(**lapse)


@dataclass(kw_only=True)
class Rig:
    bot: Bot
    settings: Settings
    key: LocalKey
    door: Door
    gate: Gate
    live: Live
    api: FastAPI
    app: FastAPI
    clock: Clock
    client: Client

    def fire(self, name: str = "GraphqlDown", **told: Any) -> str:
        """One alert of a group of its own, on disk; the name of its incident."""
        alert = an_alert(name, self.clock(), **told)
        receipt = self.bot.receive([alert]).result(timeout=10)
        return receipt.incidents[0]

    def command(self, text: str, *, actor: str = "cli:ada", role: str = "operator") -> Reply:
        return self.bot.command(Asked(text=text, actor=actor, surface=Surface.API, role=role))

    def token(self, **told: Any) -> str:
        wanted = {
            "sub": "ada",
            "role": Role.OPERATOR,
            "ttl": timedelta(hours=1),
            "audience": Audience.API,
            "now": self.clock(),
        }
        return sign(self.key, **{**wanted, **told})

    def get(self, path: str, **asked: Any) -> Any:
        """JSON from the API, for a bearer of a good token."""
        answer = self.client.get(f"/api/v1{path}", headers=self.bearer(), params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def bearer(self, token: str | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {token or self.token()}"}


def an_alert(
    name: str,
    at: datetime,
    *,
    labels: dict[str, str] | None = None,
    annotations: dict[str, str] | None = None,
    status: Status = Status.FIRING,
    generator_url: str = "",
) -> Alert:
    known = {"alertname": name, "severity": "critical", "service": name.lower()}
    all_labels = {**known, **(labels or {})}
    return Alert(
        source="alertmanager",
        fingerprint=f"{name}-{sorted(all_labels.items())}",
        status=status,
        labels=all_labels,
        annotations={"summary": "Nothing answers", **(annotations or {})},
        starts_at=at if status is Status.FIRING else None,
        ends_at=at if status is Status.RESOLVED else None,
        generator_url=generator_url,
        group_key=f"{{}}:{name}",
    )


@contextmanager
def rigged(folder: Path, **told: Any) -> Iterator[Rig]:
    """On the migrated database that stands in `folder`."""
    settings = Settings.load(None).model_copy(
        update={
            "data_dir": folder,
            "database_url": f"sqlite:///{folder / 'candlefish.db'}",
            "base_url": HOME,
            "prometheus_url": PROMETHEUS,
            **told,
        }
    )
    (folder / "keys").mkdir()
    (folder / "keys" / "jwt.pem").write_bytes(_pem())
    clock = Clock()
    bot = taking_operations(assemble(settings, now=clock))
    verifier = Verifier.of(local_key(folder), key_files=(), jwks_url=None)
    door = Door.of(settings, verifier, clock)
    gate = Gate(verifier=verifier, now=clock)
    live = Live(bot, door, Watcher(bot, every=0.02, most=3), heartbeat=0.05)
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    api = api_app(bot, gate, cors_origins=settings.cors_origins)
    app.mount("/api/v1", api)
    app.include_router(page_routes(bot, settings, door, live))
    bot.start()
    try:
        with client_of(app, settings.base_url) as client:
            yield Rig(
                bot=bot, settings=settings, key=verifier.local, door=door, gate=gate,
                live=live, api=api, app=app, clock=clock, client=client,
            )  # fmt: skip
    finally:
        bot.stop()


def forged(algorithm: str, at: datetime, *, key: Any = "k" * 32, **claims: Any) -> str:
    """A token that says the right things and is signed by somebody else."""
    told = {"sub": "ada", "role": "admin", "iss": "candlefish", "aud": "api"}
    expires = int((at + timedelta(hours=1)).timestamp())
    return jwt.encode({**told, "exp": expires, **claims}, key, algorithm=algorithm)


@cache
def _pem() -> bytes:
    """One key for all tests: making one takes longer than most of them."""
    return stranger().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def stranger() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
