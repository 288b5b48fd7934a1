"""Asks a running Netlify twin what its sites serve: the platform twin follows it."""

from dataclasses import dataclass

import httpx

from sandbox.netlify.backstage import BASE
from sandbox.netlify.deploy import Health

SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Served:
    """`release` is the deploy's title, `health` how it behaves."""

    site: str
    deploy: str
    build: str
    release: str
    health: Health


class Reader:
    """`url` is the twin's. Raises httpx.HTTPError while it does not answer."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=SECONDS, trust_env=False)

    def published(self, component: str) -> Served | None:
        """None when no site of the account serves this component."""
        return self.all().get(component)

    def all(self) -> dict[str, Served]:
        """By component of the platform."""
        response = self._client.get(f"{BASE}/served").raise_for_status()
        return {
            name: Served(**{**row, "health": Health(row["health"])})
            for name, row in response.json().items()
        }

    def close(self) -> None:
        self._client.close()
