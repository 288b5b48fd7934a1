"""Kills the process at the instant of a case, and lets the case's fault happen beside it."""

import threading
from collections.abc import Callable

from bot.domain.operations.operation import Progress, State
from sandbox.twin.faults import Fault, Faults, Kind
from sandbox.twin.faults import Moment as TwinMoment
from tests.crash.operations.cases import FAULTS, Case, Instant
from tests.crash.operations.flow import NOT_A_DRY_RUN, Write
from tests.operations.rig import RESTING, Rig

_SOON = 0.002  # seconds between two looks at the rows
_MOMENTS = {
    Instant.BEFORE: TwinMoment.SEEN,
    Instant.SEEN: TwinMoment.SEEN,
    Instant.APPLIED: TwinMoment.APPLIED,
}


class Strike:
    """`fell` is set once the process is dead."""

    def __init__(self, rig: Rig, case: Case, kill: Callable[[], None]) -> None:
        self._rig, self._case, self._kill = rig, case, kill
        self.fell = threading.Event()

    def arm(self, name: str) -> None:
        """For the operation of this name, which has not been approved yet."""
        write = self._case.at
        if write is not None:
            self._once_due(write, lambda faults: self._at_write(faults, write))
        if self._case.instant not in _MOMENTS:
            watcher = threading.Thread(target=self._watch, args=(name,), daemon=True)
            watcher.start()

    def _once_due(self, write: Write, arm: Callable[[Faults], None]) -> None:
        """At once, or when the write before it has been made."""
        faults = self._case.of.twin(self._rig.platform, write).faults
        if not write.after:
            arm(faults)
            return
        faults.at(
            TwinMoment.APPLIED, write.method, write.after, lambda: arm(faults), query=NOT_A_DRY_RUN
        )

    def _at_write(self, faults: Faults, write: Write) -> None:
        if self._case.instant is Instant.BEFORE:
            faults.plan(write.where, Fault(kind=Kind.DROP))
        fault = FAULTS[self._case.fault]
        if fault is not None:
            faults.plan(write.where, fault)
        if self._case.instant in _MOMENTS:
            moment = _MOMENTS[self._case.instant]
            faults.at(moment, write.method, write.path, self._fall, query=NOT_A_DRY_RUN)

    def _fall(self) -> None:
        self._kill()
        self.fell.set()

    def _watch(self, name: str) -> None:
        """The state is read first: what is over when the instant has not come will not see it."""
        pause = threading.Event()
        while True:
            state = self._rig.found(name).state
            if self._has_come(name):
                self._fall()
                return
            if state in RESTING and state is not State.AWAITING_APPROVAL:
                return
            pause.wait(_SOON)

    def _has_come(self, name: str) -> bool:
        match self._case.instant:
            case Instant.APPROVED:
                return self._rig.found(name).approved_at is not None
            case Instant.RUNNING:
                return self._rig.found(name).started_at is not None
            case Instant.WATCHING:
                return bool(self._rig.found(name).results)
            case Instant.TURNED:
                return self._rig.found(name).state is State.UNDOING
            case Instant.BEGUN:
                return any(one.attempts for one in self._mine(name))
            case _:
                return any(one.ending for one in self._mine(name))

    def _mine(self, name: str) -> list[Progress]:
        return [one for one in self._rig.steps(name) if one.name == self._case.step]
