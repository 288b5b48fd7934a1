"""One look at how a release does: numbers, readiness and probes of one moment, kept as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """`None` is what nobody could tell. `seen` is the readiness in words.

    `requests` came in the window, `errors` is the share of them that failed, `fast` the share
    that was fast enough, `old_share` how much traffic still goes to what served before. Of the
    `tried` probes `fine` were fine. `restarts` is by pod, `troubles` are pods that will not run.
    `elsewhere`: it is not ready because somebody changed what runs or where the traffic goes.
    `serving` is how many of its pods are ready, `most` whether hardly any of them is missing.
    """

    at: datetime
    ready: bool | None = None
    seen: str = ""
    troubles: tuple[str, ...] = ()
    restarts: Mapping[str, int] = field(default_factory=dict)
    requests: float | None = None
    errors: float | None = None
    fast: float | None = None
    old_share: float | None = None
    tried: int = 0
    fine: int = 0
    elsewhere: bool = False
    serving: int = 0
    most: bool = False

    def plain(self) -> Mapping[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        return cls(**{**plain, "troubles": tuple(plain["troubles"])})

    @property
    def words(self) -> str:
        """For a person: `0.05 % of 2,900 requests failed, 98.2 % were fast, 5 pods are ready`."""
        said = []
        if self.errors is not None and self.requests is not None:
            said.append(f"{self.errors:.2%} of {self.requests:,.0f} requests failed")
        else:
            said.append("no numbers from Prometheus")
        if self.fast is not None:
            said.append(f"{self.fast:.1%} were fast")
        if self.old_share:
            said.append(f"{self.old_share:.1%} of what was measured was on the old release")
        if self.tried:
            said.append(f"{self.fine} of {self.tried} probes were fine")
        return ", ".join([*said, *filter(None, (self.seen,)), *self.troubles])
