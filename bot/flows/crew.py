"""Every loop of the bot, started together and stopped in an order that loses nothing."""

from collections.abc import Callable, Mapping

from bot.domain.errors import Unavailable
from bot.flows.intake import Intake
from bot.flows.loop import Loop


class Crew:
    """Loops are hired before the start; `changed` wakes those that show incidents."""

    def __init__(self) -> None:
        self._loops: list[Loop] = []
        self._woken: list[Loop] = []
        self._resign: list[Callable[[], None]] = []
        self._intake: Intake | None = None

    def hire(
        self,
        name: str,
        turn: Callable[[], float],
        *,
        on_change: bool = False,
        resign: Callable[[], None] | None = None,
    ) -> None:
        """`resign` gives its lease up, so that the next leader need not wait for it to run out."""
        loop = Loop(name=name, turn=turn)
        self._loops.append(loop)
        if on_change:
            self._woken.append(loop)
        if resign is not None:
            self._resign.append(resign)

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

    def ages(self) -> Mapping[str, float]:
        """Seconds since each loop last finished a turn."""
        return {loop.name: loop.age() for loop in self._loops}
