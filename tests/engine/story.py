"""A world told in advance, for the guarded step to go through."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat

from bot.engine.guarded import Guard
from bot.engine.outcome import Attempt, Outcome
from bot.engine.parked import Parked
from bot.ports.action import Call, Found, Standing, Words
from bot.ports.trouble import TimedOut
from bot.ports.world import World

START = datetime(2026, 1, 1, tzinfo=UTC)
DONE, NOT_DONE, CONFLICT, UNKNOWN = Standing
LOST = TimedOut("No answer.")


@dataclass(kw_only=True)
class Story:
    """A world told in advance, in which waiting passes the time; `told` is what happened."""

    probes: list[Standing] = field(default_factory=lambda: [NOT_DONE, DONE])
    acts: list[Exception | None] = field(default_factory=list)
    verifies: list[Standing] = field(default_factory=list)
    earlier: int = 0
    closed: Outcome | None = None
    stop: list[str | None] = field(default_factory=list)
    lost_after: int = 99
    at: datetime = START
    told: list[str] = field(default_factory=list)
    name: str = "switch"
    args: type[str] = str
    seconds: int = 60
    partly: bool = False
    waits: float = 0
    retry_after: float = 0
    patient: bool = True

    def __post_init__(self) -> None:
        self._probes = chain(self.probes, repeat(self.probes[-1]))
        self._verifies = chain(self.verifies, repeat(DONE))
        self._acts = chain(self.acts, repeat(None))
        self._stop = chain(self.stop, repeat(None))
        self._holds = 0

    def through(self) -> Outcome:
        guard = Guard[str](
            run=self, action=self, world=World(now=lambda: self.at, pause=self.pause),
            args="blue", key="k", journal=self, patient=self.patient,
        )  # fmt: skip
        return guard.through()

    def open(self) -> Attempt:
        self.told.append("intent")
        return Attempt(number=self.earlier + 1, began_at=START, outcome=self.closed)

    def stop_wanted(self) -> str | None:
        return next(self._stop)

    def close(self, outcome: Outcome) -> None:
        self.told.append("closed")

    def hold(self) -> None:
        self._holds += 1
        if self._holds > self.lost_after:
            raise Parked
        self.told.append("held")

    def pause(self, seconds: float) -> None:
        self.told.append("waited" if seconds < 10 else "waited long")
        self.at += timedelta(seconds=seconds)

    def words(self, args: str) -> Words:
        return Words(does="", touches="", check="", undo="")

    def probe(self, world: World, args: str, key: str) -> Found:
        return self._found("probe", self._probes)

    def act(self, world: World, args: str, key: str) -> None:
        self.told.append(f"act {args} {key}")
        if self.waits:
            world.pause(self.waits)
        error = next(self._acts)
        if error is not None:
            raise error

    def verify(self, world: World, args: str, key: str) -> Found:
        return self._found("verify", self._verifies)

    def rehearse(self, world: World, args: str) -> None:
        self.told.append("rehearse")

    def undo(self, args: str) -> Call | None:
        return None

    def _found(self, look: str, standings: Iterator[Standing]) -> Found:
        self.told.append(look)
        standing = next(standings)
        seen = f"It is {standing.name}."
        return Found(standing=standing, seen=seen, partly=self.partly, retry_after=self.retry_after)

    @property
    def acted(self) -> int:
        return sum(one.startswith("act") for one in self.told)
