"""What each step of an operation costs beside its action, its rows included, on each database."""

import contextlib
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench.report import Figures
from bot.domain.operations.operation import Operation, State
from bot.engine.engine import Engine
from bot.engine.guarded import guarded
from bot.engine.run import Run
from bot.engine.standing import RunState
from bot.ports.action import Call, Found, Standing, Words
from bot.ports.world import World
from bot.store.database import Database
from bot.store.migrate import migrate
from sandbox.servers import NotInstalled, postgres
from tests.domain.operations.made import plan, step
from tests.flows.cards.desk import Desk
from tests.flows.operations.office import Office

STEPS = 200
_TOGETHER = 10  # steps of one operation
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
        office = Office(db=db, desk=Desk(db=db))
        engine.register("guarded", partial(_guarded, office, _staged(office)))
        engine.register("nothing", lambda run: None)
        engine.launch()
        _took(engine, "plain", "warm")
        for work, words in (("plain", "plain step"), ("guarded", "guarded step and its rows")):
            each = _took(engine, work, work) / STEPS * 1000
            figures.add(f"{name}: own time of a {words}, ms", each)
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


def _staged(office: Office) -> list[Operation]:
    """Running operations with the steps of a rollback's size."""
    laid_out = tuple(step(f"step {number}", action="converge") for number in range(_TOGETHER))
    incident = office.incident()
    return [
        office.add(
            State.RUNNING, plan=plan(steps=laid_out), incident=incident, environment=f"{number}"
        )
        for number in range(STEPS // _TOGETHER)
    ]


def _guarded(office: Office, staged: Sequence[Operation], run: Run) -> None:
    """With the intent and the outcome of each in the operation's rows and on the timeline."""
    world = World(now=lambda: office.at)
    for one in staged:
        for each in one.plan.steps if one.plan else ():
            guarded(
                run, f"{one.name} {each.name}", action=_Done(), world=world, args=None, key="k",
                journal=office.journal(one, each.name),
            )  # fmt: skip


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
