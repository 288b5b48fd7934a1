"""Somebody edits alert_routes/ while the bot runs: first badly, then well."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.servers.candlefish import Candlefish
from tests.crash.patience import until
from tests.serving import TOKEN, Api, serving

ROUTES = Path(__file__).parents[2] / "alert_routes"
PRINTERS = """
    - name: printers
      match: {alertname: PaperJam}
      severity: sev1
      runbook: CertificateExpiry
"""


@dataclass(frozen=True, kw_only=True)
class Office:
    bot: Candlefish
    routes: Path
    api: Api

    def edit(self, text: str) -> None:
        """As editors save: whole, under another name first."""
        draft = self.routes.with_suffix(".tmp")
        draft.write_text(text)
        draft.rename(self.routes)

    def jam(self, printer: str) -> dict[str, Any]:
        """The paper jams; the incident."""
        alert = {
            "status": "firing",
            "labels": {"alertname": "PaperJam", "service": printer, "severity": "warning"},
            "startsAt": datetime.now(UTC).isoformat(),
        }
        answer = httpx.post(
            f"{self.bot.url}/webhooks/alertmanager",
            json={"groupKey": printer, "alerts": [alert]},
            headers={"Authorization": f"Bearer {TOKEN}"},
            timeout=10,
            trust_env=False,
        )
        (name,) = answer.raise_for_status().json()["incidents"]
        return dict(self.api.get(f"/incidents/{name}"))

    def problems(self) -> list[str]:
        ready = httpx.get(f"{self.bot.url}/readyz", timeout=10, trust_env=False)
        return list(ready.raise_for_status().json()["ops_data_problems"])

    def counted(self) -> str:
        """What the metric says."""
        told = httpx.get(f"{self.bot.url}/metrics", timeout=10, trust_env=False).text
        name = "candlefish_ops_data_problems "
        return next(line for line in told.splitlines() if line.startswith(name))[len(name) :]

    def logged(self, event: str) -> list[dict[str, Any]]:
        lines = map(json.loads, self.bot.log.read_text().splitlines())
        return [line for line in lines if line["event"] == event]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    folder = tmp_path / "alert_routes"
    shutil.copytree(ROUTES, folder)
    database = f"sqlite:///{tmp_path / 'candlefish.db'}"
    with serving(tmp_path, database, CANDLEFISH_ROUTES_DIR=str(folder)) as bot:
        yield Office(bot=bot, routes=folder / "routes.yaml", api=Api(bot=bot))


def test_a_bad_edit_changes_nothing_but_what_is_said_and_a_good_one_the_next_alert(
    office: Office,
) -> None:
    good = office.routes.read_text()
    assert (office.problems(), office.counted()) == ([], "0.0")
    assert office.jam("one")["severity"] == "sev3"

    office.edit(good + PRINTERS.replace("runbook:", "runbok:"))
    until(office.problems, "the bad edit is told")
    (problem,) = office.problems()
    assert "routes.yaml:" in problem
    assert "runbok" in problem
    assert office.counted() == "1.0"
    (line,) = office.logged("ops data is broken, the last good is kept")
    assert line["problems"] == [problem]
    assert line["level"] == "error"
    kept = office.jam("two")
    assert (kept["severity"], kept["runbook"]) == ("sev3", "UnknownAlert")

    office.edit(good + PRINTERS)
    until(lambda: not office.problems(), "the good edit is in force")
    assert office.counted() == "0.0"
    assert len(office.logged("ops data is reloaded")) == 1
    changed = office.jam("three")
    assert (changed["severity"], changed["runbook"]) == ("sev1", "CertificateExpiry")
    assert office.api.get(f"/incidents/{kept['id']}")["severity"] == "sev3"
