"""A bot without Slack, a real Alertmanager before it, and people at terminals."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from sandbox.demo.monitoring import Places, write_alertmanager
from sandbox.servers import alertmanager
from sandbox.servers.candlefish import Candlefish
from sandbox.servers.loopback import HOST, free_port
from tests.crash.patience import until
from tests.scenarios.terminal import Terminal
from tests.serving import TOKEN, Api, serving


@dataclass(frozen=True, kw_only=True)
class Shift:
    bot: Candlefish
    alertmanager: str
    api: Api

    def at(self, login: str) -> Terminal:
        return Terminal(environ=self.bot.environ, folder=self.bot.folder, login=login)

    def fire(self, alertname: str, service: str, **more: str) -> str:
        """Told to Alertmanager, which tells the bot; the name of the incident."""
        self._tell(alertname, service, **more)
        until(lambda: self._of(service), f"an incident on {service}")
        return str(self._of(service)[0]["id"])

    def mend(self, alertname: str, service: str) -> None:
        self._tell(alertname, service, ended=True)

    def state(self, name: str) -> str:
        return str(self.api.get(f"/incidents/{name}")["state"])

    def kinds(self, name: str) -> list[str]:
        return [one["kind"] for one in self.api.get(f"/incidents/{name}/timeline")["items"]]

    def silences(self) -> list[dict[str, Any]]:
        answer = httpx.get(f"{self.alertmanager}/api/v2/silences", timeout=10, trust_env=False)
        return list(answer.json())

    def _of(self, service: str) -> list[dict[str, Any]]:
        return list(self.api.get(f"/incidents?component={service}")["items"])

    def _tell(self, alertname: str, service: str, *, ended: bool = False, **more: str) -> None:
        alert: dict[str, Any] = {
            "labels": {
                "alertname": alertname, "service": service, "severity": "critical",
                "environment": "production", **more,
            },
            "annotations": {"summary": f"{service} does not answer"},
        }  # fmt: skip
        if ended:
            alert["endsAt"] = datetime.now(UTC).isoformat()
        url = f"{self.alertmanager}/api/v2/alerts"
        httpx.post(url, json=[alert], timeout=10, trust_env=False).raise_for_status()


@contextmanager
def shift_in(folder: Path) -> Iterator[Shift]:
    """With the deployed Alertmanager configuration, its waiting shortened."""
    port = free_port()
    url = f"http://{HOST}:{port}"
    database = f"sqlite:///{folder / 'candlefish.db'}"
    with serving(folder, database, CANDLEFISH_ALERTMANAGER_URL=url) as bot:
        places = Places(
            bot=f"{HOST}:{bot.port}", alertmanager=f"{HOST}:{port}",
            targets=folder / "targets.json", token_file=folder / "token",
        )  # fmt: skip
        places.token_file.write_text(TOKEN)
        with alertmanager(write_alertmanager(places, folder), port=port):
            yield Shift(bot=bot, alertmanager=url, api=Api(bot=bot))
