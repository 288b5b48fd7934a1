"""An operation that is to be planned, with all that its plan is judged by."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.operations.operation import Operation
from bot.domain.ops_data.catalogue import Catalogue


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """An operation with what it is judged by; `began` is when its incident began."""

    operation: Operation
    catalogue: Catalogue
    began: datetime
    now: datetime

    @property
    def whole(self) -> bool:
        """Whether it is about everything: what cannot go then stays, and is told."""
        return not self.operation.request.components
