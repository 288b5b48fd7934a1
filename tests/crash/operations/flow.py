"""What an operation to be struck is told by: its words, its steps, its writes and its end."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.operations.operation import State
from sandbox.twin.faults import Where
from sandbox.twin.journal import Received
from sandbox.twin.server import HttpTwin
from tests.operations.rig import Rig
from tests.operations.twins import Platform

NOT_A_DRY_RUN = "^(?!.*dryRun)"
UNDO = "undo "
NEVER_TAKEN = ("422",)


class Back(StrEnum):
    """Why an operation goes back after its switch."""

    STOPPED = "a person stops it"
    WORSE = "its numbers are clearly worse than before"


@dataclass(frozen=True, kw_only=True)
class Write:
    """One write of a step. `after` is the path of another write that comes before it.

    `mark` is in the body of each of its kind, so that those of other steps are not counted; `says`
    has to be in all of them. `ends_at` are the refusals after which nobody asks for it again, so
    that it is never done. `refused` is the status that is tried where not every fault is; none,
    where an autoscaler may do the same first.
    """

    step: str
    method: str
    path: str
    after: str = ""
    mark: bytes = b""
    says: bytes = b""
    once: bool = True
    """Whether it may really change something only once."""
    ends_at: tuple[str, ...] = NEVER_TAKEN
    refused: str = "500"

    @property
    def is_tried_once(self) -> bool:
        return "500" in self.ends_at

    @property
    def where(self) -> Where:
        return Where(method=self.method, path=self.path, query=NOT_A_DRY_RUN)

    def made(self, received: Received) -> bool:
        """Whether it is this write."""
        return re.search(self.path, received.path) is not None and self.mark in received.body

    def most(self, undone: set[str]) -> int:
        """How often it may be made on one path, where these steps were undone."""
        if self.step.startswith(UNDO):
            return 2 if self.after == self.path else 1
        return 2 if f"{UNDO}{self.step}" in undone else 1


def nothing_more(_: Rig) -> None:
    """All is as it was."""


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Before it is asked for a bad release is shipped, where `bad`, and then comes `scene`.

    `target` is what it shall bring, where that is not what served before; `shows` reads it.
    `whole`: every fault beside every write. `back`: it is struck on its way back.
    """

    words: str
    component: str
    steps: tuple[str, ...]
    writes: Mapping[str, Write]
    decisive: str
    bad: bool = True
    in_place: bool = False
    routed: bool = False
    scene: Callable[[Rig], None] = nothing_more
    shows: Callable[[Platform], str] | None = None
    target: str = ""
    whole: bool = False
    back: Back | None = None

    @property
    def ends(self) -> State:
        """Where nothing goes wrong but the kill."""
        return State.UNDONE if self.back else State.SUCCEEDED

    def prepare(self, rig: Rig) -> None:
        if self.bad:
            rig.went_bad(self.component, in_place=self.in_place)
        self.scene(rig)

    def twin(self, platform: Platform, write: Write) -> HttpTwin:
        if write.path.startswith("^/rds/"):
            return platform.aws
        return platform.netlify if self.is_site else platform.cluster.api

    @property
    def is_site(self) -> bool:
        return self.component.endswith("-site")

    def shown(self, platform: Platform) -> str:
        """What users get: the version that serves, and of which colour."""
        if self.shows is not None:
            return self.shows(platform)
        if self.is_site:
            return platform.published(self.component)
        return f"{platform.live(self.component)} {platform.tag(self.component)}"
