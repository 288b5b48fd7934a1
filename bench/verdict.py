"""How long the verdict takes after an approval: shipped times, real Prometheus."""

import contextlib
import tempfile
from pathlib import Path

import yaml

from bench.operations import seconds_between
from bench.report import Figures
from bot.store.database import Database
from bot.store.migrate import migrate
from sandbox.servers import NotInstalled
from tests.crash.patience import until
from tests.operations.rig import Rig, rigged
from tests.operations.twins import SERVICES, SITES

_ALERT_ROUTES = Path(__file__).parents[1] / "alert_routes"
_WITHIN = 600.0


def run(figures: Figures, _rounds: int) -> None:
    """One round on SQLite: its minutes are waiting, and come out alike."""
    shipped = yaml.safe_load((_ALERT_ROUTES / "operations.yaml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="candlefish-bench-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/candlefish.db"
        with contextlib.closing(Database(url)) as db:
            migrate(db)
        try:
            with rigged(folder, url, measured=True, verification=shipped["verification"]) as rig:
                _round(figures, rig)
        except NotInstalled as why:
            figures.say(f"the verdict was left out: {why}")


def _round(figures: Figures, rig: Rig) -> None:
    for component in (*SERVICES, *SITES):
        rig.went_bad(component)
    rig.serve()
    prometheus = rig.platform.prometheus
    until(
        lambda: prometheus is not None and prometheus.value("max(schema_version)") is not None,
        "Prometheus has seen the database",
        seconds=60,
    )
    _verified(figures, rig, "one component", "rollback --component graphql-api", most=225)
    _verified(figures, rig, "full stack", "rollback production", most=300)


def _verified(figures: Figures, rig: Rig, name: str, words: str, *, most: float) -> None:
    planned = rig.ask(words)
    if planned["state"] != "awaiting_approval":
        raise SystemExit(f"{words}: {planned['state']}, {planned['said']}")
    rig.approve(planned["id"])
    ended = rig.rest(planned["id"], within=_WITHIN)
    if ended["state"] != "succeeded":
        raise SystemExit(f"{words}: {ended['state']}, {ended['verdict']}, {ended['said']}")
    verified = seconds_between(ended["approved_at"], ended["finished_at"])
    figures.add(f"{name}, approval to the verdict {ended['verdict']}, s", verified, most=most)
