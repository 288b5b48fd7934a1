"""Every loop of the bot, started together and stopped in an order that loses nothing."""

from collections.abc import Callable, Mapping
from typing import Protocol

from bot.domain.errors import Unavailable
from bot.flows.intake.writer import Intake
from bot.flows.loop import Loop


class Troubled(Protocol):
    @property
    def problem(self) -> str | None: ...


class Crew:
    """Loops are hired before the start; `changed` wakes those that show incidents."""

    def __init__(self) -> None:
        self._loops: list[Loop] = []
        self._woken: list[Loop] = []
        self._resign: list[Callable[[], None]] = []
        self._troubled: dict[str, Troubled] = {}
        self._intake: Intake | None = None

    def hire(
        self,
        name: str,
        turn: Callable[[], float],
        *,
        on_change: bool = False,
        resign: Callable[[], None] | None = None,
        of: Troubled | None = None,
    ) -> Callable[[], None]:
        """What wakes it, for whoever has news for this loop alone.

        `resign` gives its lease up, so that the next leader need not wait for it to run out. `of`
        says what keeps the loop from its work, where something does.
        """
        loop = Loop(name=name, turn=turn)
        if of is not None:
            self._troubled[name] = of
        self._loops.append(loop)
        if on_change:
            self._woken.append(loop)
        if resign is not None:
            self._resign.append(resign)
        return loop.wake

    def hire_intake(self, intake: Intake) -> None:
        """Its loop stores what was taken before it stops."""
        self._intake = intake
        self.hire("intake", intake.turn)

    def start(self) -> None:
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        if self._intake is not None:
            self._intake.close()
        for loop in self._loops:
            loop.halt()
        for loop in self._loops:
            loop.stop()
        for resign in self._resign:
            try:
                resign()
            except Unavailable:
                continue  # the lease runs out by itself

    def changed(self) -> None:
        """An incident changed: whoever shows incidents looks now."""
        for loop in self._woken:
            loop.wake()

    def problems(self) -> tuple[str, ...]:
        """What keeps loops from their work, each with the loop's name."""
        told = ((name, one.problem) for name, one in self._troubled.items())
        return tuple(f"{name}: {problem}" for name, problem in told if problem)

    def failures(self) -> Mapping[str, int]:
        """How many turns of each loop ended by a bug."""
        return {loop.name: loop.failures for loop in self._loops}

    def ages(self) -> Mapping[str, float]:
        """Seconds since each loop last finished a turn."""
        return {loop.name: loop.age() for loop in self._loops}
