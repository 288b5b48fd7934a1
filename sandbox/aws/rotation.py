"""A rotation as AWS's rotation functions run it: four steps, one after the other."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    CREATE = "createSecret"
    SET = "setSecret"
    TEST = "testSecret"
    FINISH = "finishSecret"


STEPS = tuple(Step)


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """Times in seconds since 1970; `fails_at` is the step that ends it without success."""

    secret: str
    token: str
    started: float
    seconds: float
    fails_at: Step | None = None

    def done(self, now: float) -> tuple[Step, ...]:
        """The steps that have succeeded by now."""
        reached = [step for step, ends in zip(STEPS, self._ends(), strict=True) if now >= ends]
        if self.fails_at in reached:
            return tuple(reached[: reached.index(self.fails_at)])
        return tuple(reached)

    def over(self, now: float) -> bool:
        last = STEPS.index(self.fails_at) if self.fails_at else len(STEPS) - 1
        return now >= self._ends()[last]

    def _ends(self) -> tuple[float, ...]:
        each = self.seconds / len(STEPS)
        return tuple(self.started + each * (index + 1) for index in range(len(STEPS)))
