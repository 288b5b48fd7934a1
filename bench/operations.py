"""How long the bot itself takes over a rollback: the pods of the twin are ready at once."""

import contextlib
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.report import Figures
from bot.store.database import Database
from bot.store.migrate import migrate
from sandbox.servers import NotInstalled, postgres
from tests.operations.rig import Rig, rigged
from tests.operations.twins import SERVICES, SITES

# Without Prometheus nobody can tell the live schema, which only break-glass gets past.
_APART = 1.5  # seconds between two breakings of the glass
_CHECKED, _ONE_SWITCHED, _ALL_SWITCHED = 8.0, 2.0, 5.0  # seconds of the bot's own, at most
_FORCE = '--force "nothing is measured in this benchmark"'
_ONE = f"rollback --component graphql-api {_FORCE}"
_ALL = f"rollback production {_FORCE}"


def run(figures: Figures, rounds: int) -> None:
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="candlefish-bench-") as folder:
            _round(figures, "SQLite", f"sqlite:///{folder}/candlefish.db", Path(folder))
    try:
        with postgres(fsync=True) as server:
            for turn in range(rounds):
                with tempfile.TemporaryDirectory(prefix="candlefish-bench-") as folder:
                    _round(figures, "PostgreSQL", server.create(f"ops{turn}"), Path(folder))
    except NotInstalled as why:
        figures.say(f"PostgreSQL was left out: {why}")


def _round(figures: Figures, database: str, url: str, folder: Path) -> None:
    with contextlib.closing(Database(url)) as db:
        migrate(db)
    with rigged(folder, url) as rig:
        for component in (*SERVICES, *SITES):
            rig.went_bad(component)
        rig.serve()
        _rolled_back(figures, f"{database}: one component", rig, _ONE, most=_ONE_SWITCHED)
        time.sleep(_APART)
        _rolled_back(figures, f"{database}: full stack", rig, _ALL, most=_ALL_SWITCHED)


def _rolled_back(figures: Figures, name: str, rig: Rig, words: str, *, most: float) -> None:
    began = time.perf_counter()
    planned = rig.ask(words)
    figures.add(f"{name}, plan and pre-checks, s", time.perf_counter() - began, most=_CHECKED)
    if planned["state"] != "awaiting_approval":
        raise SystemExit(f"{words}: {planned['state']}, {planned['said']}")
    rig.approve(planned["id"])
    ended = rig.rest(planned["id"], within=120)
    if ended["state"] != "succeeded":
        raise SystemExit(f"{words}: {ended['state']}, {ended['said']}")
    switched = _switched_after(ended)
    figures.add(f"{name}, approval to all traffic on the target, s", switched, most=most)


def _switched_after(ended: Mapping[str, Any]) -> float:
    """Seconds until the last component converged; draining and watching come after it."""
    steps = [one for one in ended["plan"]["steps"] if not one["name"].startswith("drain")]
    last = max(one["finished_at"] for one in steps if one["finished_at"])
    return seconds_between(ended["approved_at"], last)


def seconds_between(began: str, ended: str) -> float:
    """Of two times as the API tells them."""
    return (datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds()
