"""Engines of this process, one after the other, with their loops turned by hand or by a thread."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.engine.engine import Engine
from bot.engine.standing import RunStanding, RunState
from bot.flows.loop import Loop
from bot.store.database import Database
from tests.crash.patience import until


@dataclass(kw_only=True)
class Engines:
    db: Database
    folder: Path
    ttl: float = 6.0
    deaths: list[str] = field(default_factory=list)
    _loops: list[Loop] = field(default_factory=list)
    _engine: Engine | None = None

    def new(self, **works: Callable[..., Any]) -> Engine:
        """Not launched yet; the one before must have been stopped."""
        engine = Engine(self.db, data_dir=self.folder, ttl=self.ttl, die=self.deaths.append)
        for name, work in works.items():
            engine.register(name, work)
        return engine

    def launched(self, **works: Callable[..., Any]) -> Engine:
        """With its loops, as a bot runs it."""
        engine = self.new(**works)
        engine.launch()
        self._engine = engine
        self._loops = [Loop(name=name, turn=getattr(engine, name)) for name in ("beat", "sweep")]
        for loop in self._loops:
            loop.start()
        return engine

    def stop(self) -> None:
        """The last one, if it still runs."""
        if self._engine is not None:
            self._engine.stop()
        for loop in self._loops:
            loop.stop()
        self._engine = None


def ended(engine: Engine, run: str, seconds: float = 60.0) -> RunStanding:
    def over() -> bool:
        found = engine.standing(run)
        return found is not None and found.state is not RunState.RUNNING

    until(over, f"{run} ends", seconds=seconds)
    standing = engine.standing(run)
    assert standing is not None
    return standing
