"""An idle colour that was just seen not to come up: asked again only if no other way leads on.

Whoever asks for the same once more should not be sent into the same wall.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Setback:
    """`workload` did not come up with the template `identity` in `operation`; `seen` says how."""

    workload: str
    identity: str
    operation: str
    seen: str

    @property
    def said(self) -> str:
        return f"{self.workload} did not come up in {self.operation} ({self.seen.rstrip('.')})"


def against(workload: str, identities: Iterable[str], known: Iterable[Setback]) -> Setback | None:
    """What stands against bringing one of these templates up on that workload."""
    mine = frozenset(identities)
    found = (one for one in known if one.workload == workload and one.identity in mine)
    return next(found, None)
