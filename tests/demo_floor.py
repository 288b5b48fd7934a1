"""The running demo as people see it from outside: releases that ship, traffic, errors, rows."""

import contextlib
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from bot.domain.verification.verification import Verdict
from bot.store import releases
from bot.store.database import Database
from sandbox.demo.demo import Demo
from sandbox.servers.candlefish import Candlefish
from sandbox.servers.loopback import HOST
from tests.crash.patience import until
from tests.scenarios.terminal import Terminal
from tests.serving import Api

_ROOT = Path(__file__).parents[1]
_ERRORS = (
    'sum(rate(http_requests_total{{service="{0}",code=~"5.."}}[20s]))'
    ' / sum(rate(http_requests_total{{service="{0}"}}[20s]))'
)


class Floor:
    def __init__(self, up: Demo) -> None:
        self.up = up
        self._environ = {
            "CANDLEFISH_BASE_URL": up.ports.url("bot"),
            "CANDLEFISH_DATA_DIR": str(up.data),
            "PATH": "/nowhere",
        }
        self.api = Api(bot=Candlefish(folder=up.data, environ={}, port=up.ports.bot))

    def at(self, login: str) -> Terminal:
        return Terminal(environ=self._environ, folder=self.up.data, login=login)

    def wait_until_proven(self, component: str) -> None:
        """Whether what serves is known to be good, so that there is something to go back to."""

        def proven() -> bool:
            with db.read() as tx:
                rows = releases.of_component(tx, "production", component)
            return any(row.serves and row.verdict is Verdict.PASS for row in rows)

        with contextlib.closing(Database(f"sqlite:///{self.up.data / 'candlefish.db'}")) as db:
            until(proven, f"a proven release of {component}")

    def ship(self, component: str, tag: str) -> subprocess.CompletedProcess[str]:
        """As an engineer does from another terminal."""
        kubeconfig = str(self.up.vendors.pipeline_kubeconfig)
        return subprocess.run(
            [sys.executable, "-m", "sandbox", "ship", component, tag, "--kubeconfig", kubeconfig],
            cwd=_ROOT, check=False, capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    def live(self, component: str) -> tuple[str, str]:
        """The colour and the tag that traffic reaches."""
        url = f"{self.up.ports.url('platform')}/components"
        items = httpx.get(url, timeout=10, trust_env=False).json()["items"]
        shown = next(one for one in items if one["name"] == component)
        (found,) = [one for one in shown["releases"] if one["live"]]
        return found["color"], found["tag"]

    def error_ratio(self, component: str) -> float:
        """As the real Prometheus measures it."""
        answer = httpx.get(
            f"http://{HOST}:{self.up.ports.prometheus}/api/v1/query",
            params={"query": _ERRORS.format(component)}, timeout=10, trust_env=False,
        )  # fmt: skip
        result = answer.raise_for_status().json()["data"]["result"]
        return float(result[0]["value"][1]) if result else 0.0

    def open_incidents(self) -> list[str]:
        items = self.api.get("/incidents?state=open")["items"]
        return [one["id"] for one in items]

    def operation(self, name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.api.get(f"/operations/{name}")
        return found

    def switches(self, component: str) -> int:
        """How often the bot moved this component's traffic, by the cluster's own count."""
        path = f"/services/{component}"
        account = "system:serviceaccount:ops:candlefish"
        effects = self.up.vendors.cluster.api.effects(account)
        return sum(one.path.endswith(path) for one in effects)
