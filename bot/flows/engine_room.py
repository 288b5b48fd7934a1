"""Keeps the durable engine running: launched once its database answers, then its loops' turns."""

from bot.domain.errors import Refused
from bot.engine.engine import Engine

IDLE = 0.5  # seconds


class EngineRoom:
    """`problem` says what keeps the engine from running, if anything does."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.problem: str | None = "the engine of the operations is being started"

    def beat(self) -> float:
        if self._engine.launched:
            return self._engine.beat()
        try:
            self._engine.launch()
        except Refused as error:
            self.problem = str(error)
            return IDLE
        self.problem = None
        return self._engine.beat()

    def sweep(self) -> float:
        return self._engine.sweep() if self._engine.launched else IDLE

    def tidy(self) -> float:
        return self._engine.tidy() if self._engine.launched else IDLE

    def stop(self) -> None:
        if self._engine.launched:
            self._engine.stop()
