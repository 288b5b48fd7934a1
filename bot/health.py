"""How the bot itself is doing, for `/readyz`, `doctor` and the metrics."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """Ready means: an alert that comes now would be stored. A dead Slack changes nothing in it.

    `why_not` and `notes` are sentences for a person; `loops` are seconds since each last finished
    a turn, `loop_failures` the turns that ended by a bug; `cards_waiting_seconds` is the age of
    the oldest change that its card does not show.
    """

    why_not: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    alerts_waiting: int = 0
    loops: Mapping[str, float] = field(default_factory=dict)
    loop_failures: Mapping[str, int] = field(default_factory=dict)
    cards_waiting_seconds: float = 0.0
    ops_data_problems: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        return not self.why_not
