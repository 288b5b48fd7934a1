"""A count that was raised for a while, and how the object itself remembers what it was before.

The two annotations stand on what was changed, so that anybody, after any crash, can put it back;
and what somebody else has changed since is theirs, and is left alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """Names of the annotations: the count before, and the count that it is held at."""

    before: str
    at: str

    @property
    def gone(self) -> dict[str, str | None]:
        """The annotations that take the hold off."""
        return {self.before: None, self.at: None}

    def on(self, annotations: Mapping[str, str]) -> bool:
        return self.before in annotations or self.at in annotations

    def original(self, annotations: Mapping[str, str], current: int) -> int:
        """What the count was before anything held it; `current` where that is somebody else's."""
        before = annotations.get(self.before, "")
        return int(before) if self.keeps(annotations, current) else current

    def keeps(self, annotations: Mapping[str, str], current: int) -> bool:
        """Whether the count as it is now is the one that it is held at."""
        before, at = annotations.get(self.before, ""), annotations.get(self.at, "")
        return before.isdecimal() and at.isdecimal() and int(at) == current

    def marks(self, before: int, at: int) -> dict[str, str | None]:
        """The annotations that go with raising it."""
        return {self.before: str(before), self.at: str(at)}


IDLE = Hold(before="candlefish.ai/minimum-before", at="candlefish.ai/minimum-held")
ASKED = Hold(before="candlefish.ai/scaled-from", at="candlefish.ai/scaled-to")
