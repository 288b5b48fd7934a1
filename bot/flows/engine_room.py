"""Keeps the durable engine running: launched once its database answers, then its loops' turns."""

from bot.domain.errors import Refused, Unavailable
from bot.engine.engine import Engine

IDLE = 0.5  # seconds


class EngineRoom:
    """`problem` says what keeps the engine from running, if anything does."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.problem: str | None = "the engine of the operations is being started"

    @property
    def engine(self) -> Engine:
        """Raises `Unavailable` until it runs."""
        if self.problem is not None:
            raise Unavailable(f"Not yet: {self.problem}.", retry_after=IDLE)
        return self._engine

    def beat(self) -> float:
        if self.problem is not None:
            try:
                self._engine.launch()
            except Refused as error:
                self.problem = str(error)
                return IDLE
            self.problem = None
        return self._engine.beat()

    def sweep(self) -> float:
        return self.engine.sweep()

    def tidy(self) -> float:
        return self.engine.tidy()

    def stop(self) -> None:
        if self.problem is None:
            self._engine.stop()
