"""What the durable engine adds to each step of an operation, on each database."""

import contextlib
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.report import Figures
from bot.engine.engine import Engine
from bot.engine.guarded import guarded
from bot.engine.outcome import Attempt, Outcome
from bot.engine.run import Run
from bot.engine.standing import RunState
from bot.ports.action import Call, Found, Standing, Words
from bot.ports.world import World
from bot.store.database import Database
from bot.store.migrate import migrate
from sandbox.servers import NotInstalled, postgres

STEPS = 200
_LOOK_EVERY = 0.005


def run(figures: Figures, rounds: int) -> None:
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="candlefish-bench-") as folder:
            _one(figures, "SQLite", f"sqlite:///{folder}/candlefish.db", Path(folder))
    try:
        with postgres(fsync=True) as server, tempfile.TemporaryDirectory() as folder:
            for turn in range(rounds):
                _one(figures, "PostgreSQL", server.create(f"engine{turn}"), Path(folder))
    except NotInstalled as why:
        figures.say(f"PostgreSQL was left out: {why}")


def _one(figures: Figures, name: str, url: str, folder: Path) -> None:
    with contextlib.closing(Database(url)) as db:
        migrate(db)
        engine = Engine(db, data_dir=folder)
        engine.register("plain", _plain)
        engine.register("guarded", _guarded)
        engine.register("nothing", lambda run: None)
        engine.launch()
        _took(engine, "plain", "warm")
        for work, words in (("plain", "plain step"), ("guarded", "guarded step")):
            each = _took(engine, work, work) / STEPS * 1000
            figures.add(f"{name}: engine's own time, {words}, ms", each)
        figures.add(f"{name}: a run from start to end, ms", _took(engine, "nothing", "n") * 1000)
        engine.stop()


def _took(engine: Engine, work: str, name: str) -> float:
    began = time.perf_counter()
    engine.start(work, name)
    while (found := engine.standing(name)) is None or found.state is RunState.RUNNING:
        engine.beat()
        time.sleep(_LOOK_EVERY)
    if found.state is RunState.FAILED:
        raise SystemExit(found.words)
    return time.perf_counter() - began


def _plain(run: Run) -> None:
    for number in range(STEPS):
        run.step(f"step {number}", lambda: None)


def _guarded(run: Run) -> None:
    world = World(now=lambda: datetime.now(UTC))
    for number in range(STEPS):
        guarded(
            run, f"step {number}", action=_Done(), world=world, args=None, key="k",
            journal=_Nowhere(),
        )  # fmt: skip


class _Nowhere:
    """No rows: what is measured is the engine, not the operations' journal."""

    def open(self) -> Attempt:
        return Attempt(number=1, began_at=datetime.now(UTC))

    def stop_wanted(self) -> str | None:
        return None

    def close(self, outcome: Outcome) -> None:
        return None


class _Done:
    """An action on a world that does everything at once."""

    def __init__(self) -> None:
        self.name, self.args, self.seconds = "done", type(None), 60
        self.done = False

    def words(self, args: None) -> Words:
        return Words(does="", touches="", check="", undo="")

    def probe(self, world: World, args: None, key: str) -> Found:
        return Found(standing=Standing.DONE if self.done else Standing.NOT_DONE, seen="")

    def act(self, world: World, args: None, key: str) -> None:
        self.done = True

    def verify(self, world: World, args: None, key: str) -> Found:
        return self.probe(world, args, key)

    def rehearse(self, world: World, args: None) -> None:
        return None

    def undo(self, args: None) -> Call | None:
        return None
