"""How a run stands, in the bot's words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dbos import WorkflowStatus


class RunState(StrEnum):
    RUNNING = "running"
    ENDED = "ended"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class RunStanding:
    """`words` say why it failed; `result` is what it returned, once it ended."""

    state: RunState
    words: str = ""
    result: Any = None


_UNDER_WAY = ("PENDING", "ENQUEUED", "DELAYED")
_GIVEN_UP = "It was given up without an end."


def standing_of(found: WorkflowStatus) -> RunStanding:
    """Of a status that was read with its output."""
    if found.status in _UNDER_WAY:
        return RunStanding(state=RunState.RUNNING)
    if found.status == "SUCCESS":
        return RunStanding(state=RunState.ENDED, result=found.output)
    if found.status == "ERROR":
        words = f"{type(found.error).__name__}: {found.error}"
        return RunStanding(state=RunState.FAILED, words=words)
    return RunStanding(state=RunState.FAILED, words=_GIVEN_UP)
