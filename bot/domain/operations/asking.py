"""An operation that is to be planned, with all that its plan is judged by."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.operations.operation import Operation
from bot.domain.operations.setback import Setback
from bot.domain.ops_data.catalogue import Catalogue


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """An operation with what it is judged by; `began` is when its incident began.

    `setbacks` are what earlier operations could not bring up; `troubled` are the components that
    had an open incident when it was asked for.
    """

    operation: Operation
    catalogue: Catalogue
    began: datetime
    now: datetime
    setbacks: Sequence[Setback] = ()
    troubled: Collection[str] = ()

    @property
    def whole(self) -> bool:
        """Whether it is about everything: what cannot go then stays, and is told."""
        return not self.operation.request.components
