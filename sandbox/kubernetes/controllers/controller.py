"""What every controller is: told what changed, asked to bring one object up to date."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from sandbox.kubernetes.history import Event


class Key(NamedTuple):
    namespace: str
    name: str


class Controller(Protocol):
    def touched(self, event: Event) -> Iterable[Key]:
        """Which objects of this controller's the change concerns."""
        ...

    def sync(self, key: Key) -> float | None:
        """Bring one object up to date; the seconds after which to be asked again, if any.

        Runs under the store's lock, and must be safe to run at any time and again.
        """
        ...
